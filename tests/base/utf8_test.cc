#include "base/utf8.h"

#include <string>

#include "gtest/gtest.h"

namespace cartograph::base {
namespace {

TEST(Utf8Test, FindsTheFirstByteThatIsNotPartOfASequence) {
  struct Case {
    std::string text;
    std::optional<size_t> bad;
  };
  const Case kCases[] = {{"", std::nullopt},
                         {"abc", std::nullopt},
                         {"a\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80", std::nullopt},
                         {"\x80", 0},              // a continuation byte on its own
                         {"a\xC3", 1},             // cut off
                         {"a\xC3z", 1},            // not continued
                         {"\xC0\x80", 0},          // overlong
                         {"\xE0\x9F\xBF", 0},      // overlong
                         {"\xED\xA0\x80", 0},      // a surrogate
                         {"\xF0\x8F\xBF\xBF", 0},  // overlong
                         {"\xF4\x90\x80\x80", 0},  // above U+10FFFF
                         {"\xF5\x80\x80\x80", 0},
                         {"ok\xFF", 2}};
  for (const Case& c : kCases) EXPECT_EQ(FirstInvalidUtf8(c.text), c.bad) << c.text;
}

}  // namespace
}  // namespace cartograph::base
