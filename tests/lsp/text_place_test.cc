#include "clients/lsp/text_place.h"

#include "gtest/gtest.h"

namespace cartograph::lsp {
namespace {

// "ä" takes two bytes and one unit, the musical clef four bytes and two units.
constexpr char kText[] =
    "a\xC3\xA4"
    "b\n\xF0\x9D\x84\x9E"
    "c\n";

TEST(TextPlaceTest, CountsUtf16Units) {
  EXPECT_EQ(Dump(PositionOf(kText, 0)), R"({"line":0,"character":0})");
  EXPECT_EQ(Dump(PositionOf(kText, 3)), R"({"line":0,"character":2})");
  EXPECT_EQ(Dump(PositionOf(kText, 9)), R"({"line":1,"character":2})");
  EXPECT_EQ(Dump(PositionOf(kText, 11)), R"({"line":2,"character":0})");
  EXPECT_EQ(Dump(PositionOf(kText, 99)), R"({"line":2,"character":0})");
}

TEST(TextPlaceTest, PositionsAndOffsetsAreInverse) {
  for (size_t offset : {0, 1, 3, 4, 5, 9, 10, 11}) {
    EXPECT_EQ(OffsetOf(kText, PositionOf(kText, offset)), offset);
  }
}

TEST(TextPlaceTest, PositionsOutsideAreTheNearestPlace) {
  EXPECT_EQ(OffsetOf(kText, {{"line", 0}, {"character", 99}}), 4u);
  EXPECT_EQ(OffsetOf(kText, {{"line", 99}, {"character", 0}}), 11u);
  EXPECT_EQ(OffsetOf(kText, {{"line", -1}, {"character", "x"}}), 0u);
  EXPECT_EQ(OffsetOf(kText, {{"line", 4'000'000'000'000u}}), 11u);
  EXPECT_EQ(OffsetOf(kText, nullptr), 0u);
  EXPECT_EQ(OffsetOf("", {{"line", 0}, {"character", 0}}), 0u);
}

TEST(TextPlaceTest, UrisArePaths) {
  EXPECT_EQ(PathOf("file:///a%20b/%C3%A4.dl"), "/a b/\xC3\xA4.dl");
  EXPECT_EQ(PathOf("file:///a%2"), "/a%2");
  EXPECT_EQ(PathOf("untitled:1"), "untitled:1");
  EXPECT_EQ(UriOf("/a b/\xC3\xA4.dl"), "file:///a%20b/%C3%A4.dl");
  EXPECT_EQ(UriOf("untitled:1"), "untitled:1");
}

}  // namespace
}  // namespace cartograph::lsp
