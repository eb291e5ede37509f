#include "clients/cli/display_width.h"

#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace cartograph::clients {
namespace {

TEST(DisplayWidth, CountsColumnsOfATerminal) {
  struct Case {
    const char* text;
    size_t width;
  };
  const Case kCases[] = {
      {"", 0},
      {"lupus", 5},
      {"Sjögren", 7},             // composed
      {"Sjo\u0308gren", 7},       // o with a combining diaeresis
      {"自身免疫性疾病", 14},     // wide
      {"CAR－T", 6},              // a fullwidth hyphen
      {"한글", 4},                // composed syllables
      {"\u1112\u1161\u11ab", 2},  // the same kind of syllable from its parts
      {"a\u200bb", 2},            // zero width space
      {"👩", 2},
      {"“x”", 3},
      {"é\xff", 2},  // a byte that is not UTF-8
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(DisplayWidth(c.text), c.width) << c.text;
  }
}

TEST(DisplayWidth, CutsBetweenCodePoints) {
  EXPECT_EQ(PrefixOfWidth("lupus", 3), "lup");
  EXPECT_EQ(PrefixOfWidth("自身免疫", 5), "自身");
  EXPECT_EQ(PrefixOfWidth("Sjo\u0308gren", 3), "Sjo\u0308");
  EXPECT_EQ(PrefixOfWidth("lupus", 9), "lupus");
}

TEST(DisplayWidth, PutsTextOnOneLineWithoutSteeringTheTerminal) {
  EXPECT_EQ(OnOneLine("a\nb\tc"), "a b c");
  EXPECT_EQ(OnOneLine("\x1b[31mred"), "\ufffd[31mred");
  EXPECT_EQ(OnOneLine("x\xff y"), "x\ufffd y");
  EXPECT_EQ(OnOneLine("a\u202eb\u2066c\u0085"), "a\ufffdb\ufffdc\ufffd");
  EXPECT_EQ(OnOneLine("自身 ö"), "自身 ö");
}

TEST(DisplayWidth, WrapsAtSpaces) {
  struct Case {
    const char* text;
    size_t width;
    const char* lines;
  };
  const Case kCases[] = {
      {"", 10, ""},
      {"one two three", 0, "one two three"},
      {"one two three", 7, "one two|three"},
      {"one two three", 8, "one two|three"},
      {"one two three", 6, "one|two|three"},
      {"unbreakable", 4, "unbr|eaka|ble"},
      {"自身免疫性疾病", 5, "自身|免疫|性疾|病"},
      {"自", 1, "自"},
      {"a  b", 1, "a|b"},
      {"p(\"one\",\"two\")", 12, "p(\"one\",|\"two\")"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(absl::StrJoin(Wrapped(c.text, c.width), "|"), c.lines) << c.text << " " << c.width;
  }
}

}  // namespace
}  // namespace cartograph::clients
