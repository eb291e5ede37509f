#include "importers/partial_date.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace cartograph::importers {
namespace {

std::string Parse(const char* text) {
  const ParsedDate parsed = ParseDate(text);
  return absl::StrCat(parsed.date.year() == 0 ? "-" : DateText(parsed.date),
                      parsed.rest.empty() ? "" : " | ", parsed.rest);
}

TEST(PartialDate, KeepsItsPrecision) {
  struct Case {
    const char* text;
    const char* date;
  };
  const Case kCases[] = {{"2024 Dec 17", "2024-12-17"},
                         {"2024 Sept", "2024-09"},
                         {"2016/12//", "2016-12"},
                         {"2012///", "2012"},
                         {"2001/00/00/", "2001"},
                         {"2013 06 10", "2013-06-10"},
                         {"2025-8-12", "2025-08-12"},
                         {"2015/october", "2015-10"},
                         {"2013 Spring", "2013 | Spring"},
                         {"1998 Dec-1999 Jan", "1998-12 | 1999 Jan"},
                         {"2013/02/15/received", "2013-02-15 | received"},
                         {"2023/02/30", "2023-02 | 30"},
                         {"YEAR/MONTH/DAY/", "- | YEAR MONTH DAY"},
                         {"99", "- | 99"},
                         {"///", "-"},
                         {"", "-"}};
  for (const Case& c : kCases) {
    EXPECT_EQ(Parse(c.text), c.date) << c.text;
  }
}

TEST(PartialDate, IsPartOfOneThatSaysMore) {
  const v1::PartialDate month = ParseDate("2024-09").date;
  const v1::PartialDate day = ParseDate("2024-09-12").date;
  EXPECT_TRUE(IsPartOf(month, day));
  EXPECT_TRUE(IsPartOf(day, day));
  EXPECT_FALSE(IsPartOf(day, month));
  EXPECT_FALSE(IsPartOf(ParseDate("2024-1").date, ParseDate("2024-10").date));
}

}  // namespace
}  // namespace cartograph::importers
