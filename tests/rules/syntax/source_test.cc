#include "rules/syntax/source.h"

#include "gtest/gtest.h"

namespace cartograph::rules {
namespace {

TEST(PlaceOfTest, CountsLinesAndCodePointsFromOne) {
  struct Case {
    const char* text;
    uint32_t offset;
    uint32_t line;
    uint32_t column;
  };
  constexpr Case kCases[] = {{"", 0, 1, 1},
                             {"ab", 1, 1, 2},
                             {"a\nb", 1, 1, 2},
                             {"a\nb", 2, 2, 1},
                             {"a\n\nb", 3, 3, 1},
                             {"\xC3\xBC"
                              "b",
                              2, 1, 2},
                             {"ab", 99, 1, 3}};
  for (const Case& c : kCases) {
    LineColumn place = PlaceOf(c.text, c.offset);
    EXPECT_EQ(place.line, c.line) << c.text << " at " << c.offset;
    EXPECT_EQ(place.column, c.column) << c.text << " at " << c.offset;
  }
}

}  // namespace
}  // namespace cartograph::rules
