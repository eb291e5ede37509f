#include "kb/code_points.h"

#include <string>

#include "gtest/gtest.h"

namespace cartograph::kb {
namespace {

std::string Find(absl::string_view text, uint64_t offset, uint64_t length) {
  const std::optional<ByteRange> range = CodePoints(text).Find(offset, length);
  if (!range.has_value()) return "past the end";
  return std::string(text.substr(range->begin, range->end - range->begin));
}

TEST(CodePointsTest, CountsCodePointsNotBytes) {
  const char* text = "aé自\xF0\x9F\xA7\xAC!";
  EXPECT_EQ(CodePoints(text).size(), 5u);
  EXPECT_EQ(Find(text, 0, 1), "a");
  EXPECT_EQ(Find(text, 1, 2), "é自");
  EXPECT_EQ(Find(text, 3, 1), "\xF0\x9F\xA7\xAC");
  EXPECT_EQ(Find(text, 0, 5), text);
  EXPECT_EQ(Find(text, 5, 0), "");
  EXPECT_EQ(Find(text, 4, 2), "past the end");
  EXPECT_EQ(Find(text, 6, 0), "past the end");
  EXPECT_EQ(Find(text, 1, ~uint64_t{0}), "past the end");
  EXPECT_EQ(Find("", 0, 0), "");
}

TEST(CodePointsTest, FindsEveryPlaceOfALongText) {
  std::string text;
  for (int i = 0; i < 700; ++i) text += i % 3 == 0 ? "é" : "x";
  const CodePoints points(text);
  size_t byte = 0;
  for (uint64_t i = 0; i < 700; ++i) {
    const size_t width = i % 3 == 0 ? 2 : 1;
    EXPECT_EQ(points.Find(i, 1), (ByteRange{byte, byte + width})) << i;
    byte += width;
  }
}

}  // namespace
}  // namespace cartograph::kb
