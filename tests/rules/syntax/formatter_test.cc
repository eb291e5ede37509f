// The formatter on every text of the golden files: it changes white space only, and a second time
// nothing.

#include "rules/syntax/formatter.h"

#include <string>

#include "gtest/gtest.h"
#include "rules/syntax/parser.h"
#include "tests/rules/golden_file.h"

namespace cartograph::rules {
namespace {

std::string Parsed(const std::string& text) {
  DiagnosticList diagnostics(100);
  return Dump(Parse(text, 0, ParseOptions{}, &diagnostics));
}

std::string WithoutSpace(const std::string& text) {
  std::string kept;
  for (char c : text) {
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r') kept += c;
  }
  return kept;
}

TEST(FormatterTest, ChangesWhiteSpaceOnlyAndIsIdempotent) {
  size_t formatted = 0;
  for (const char* area : {"syntax", "unsupported", "names", "types", "safety", "strata",
                           "components", "program", "format"}) {
    for (const GoldenCase& golden : GoldenCases(area)) {
      for (const SourceFile& file : golden.files) {
        FormatResult once = Format(file);
        if (!once.diagnostics.empty()) continue;
        ++formatted;
        EXPECT_EQ(Parsed(once.text), Parsed(file.text)) << golden.path;
        EXPECT_EQ(WithoutSpace(once.text), WithoutSpace(file.text)) << golden.path;
        EXPECT_EQ(Format({.path = file.path, .text = once.text}).text, once.text) << golden.path;
      }
    }
  }
  EXPECT_GT(formatted, 60u);
}

TEST(FormatterTest, BreaksWhatIsLongerThanALine) {
  std::string rule = "a(x) :- ";
  for (int i = 0; i < 30; ++i) rule += "relation(x), ";
  FormatResult result = Format({.path = "t", .text = rule + "b(x)."});
  size_t longest = 0;
  for (size_t begin = 0; begin < result.text.size();) {
    size_t end = result.text.find('\n', begin);
    longest = std::max(longest, end - begin);
    begin = end + 1;
  }
  EXPECT_LE(longest, 100u);
}

TEST(FormatterTest, KeepsOneBlankLineBetweenItems) {
  FormatResult result = Format({.path = "t", .text = "\n\na(1).\n\n\n\nb(1).\nc(1).\n\n"});
  EXPECT_EQ(result.text, "a(1).\n\nb(1).\nc(1).\n");
}

}  // namespace
}  // namespace cartograph::rules
