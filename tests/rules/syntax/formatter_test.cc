// The formatter on every text of the golden files, every rule file of the tree and random programs
// with comments anywhere: it changes white space only, and a second time nothing.

#include "rules/syntax/formatter.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rules/syntax/lexer.h"
#include "rules/syntax/parser.h"
#include "tests/rules/golden_file.h"
#include "tests/support/paths.h"
#include "tests/support/random_program.h"

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

std::vector<std::string> CommentsOf(const std::string& text) {
  DiagnosticList ignored(0);
  const LexedText lexed = Lex(text, 0, text.size(), &ignored);
  std::vector<std::string> comments;
  for (const Comment& comment : lexed.comments) {
    comments.push_back(text.substr(comment.span.begin, comment.span.end - comment.span.begin));
  }
  return comments;
}

// Formats `file` and checks what formatting promises. Whether it could be formatted.
bool CheckFormat(const SourceFile& file) {
  const FormatResult once = Format(file);
  if (!once.diagnostics.empty()) return false;
  EXPECT_EQ(Parsed(once.text), Parsed(file.text)) << file.path;
  EXPECT_EQ(WithoutSpace(once.text), WithoutSpace(file.text)) << file.path;
  EXPECT_EQ(CommentsOf(once.text).size(), CommentsOf(file.text).size()) << file.path;
  EXPECT_EQ(Format({.path = file.path, .text = once.text}).text, once.text) << file.path;
  return true;
}

TEST(FormatterTest, ChangesWhiteSpaceOnlyAndIsIdempotent) {
  size_t formatted = 0;
  for (const char* area : {"syntax", "unsupported", "names", "types", "safety", "strata",
                           "components", "use", "program", "format"}) {
    for (const GoldenCase& golden : GoldenCases(area)) {
      for (const SourceFile& file : golden.files) formatted += CheckFormat(file) ? 1 : 0;
    }
  }
  EXPECT_GT(formatted, 60u);
}

TEST(FormatterTest, FormatsEveryRuleFileOfTheTree) {
  size_t formatted = 0;
  for (const char* folder : {"bench", "data", "tests"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             std::filesystem::path(testing::SourceDir()) / folder)) {
      if (entry.path().extension() != ".dl") continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string text((std::istreambuf_iterator<char>(in)),
                             std::istreambuf_iterator<char>());
      EXPECT_TRUE(CheckFormat({.path = entry.path(), .text = text})) << entry.path();
      ++formatted;
    }
  }
  EXPECT_GT(formatted, 15u);
}

// The words of a program with comments and white space between them at random.
std::string Scattered(const std::string& text, std::mt19937_64* random) {
  constexpr const char* kBetween[] = {
      "  ",          "\n", "\n\n\n", "\t", " // one\n", " /* two */ ", "\n/* three\nfour */\n",
      "\n/// five\n"};
  DiagnosticList ignored(0);
  std::string scattered;
  size_t end = 0;
  for (const Token& token : Lex(text, 0, text.size(), &ignored).tokens) {
    const std::string space = text.substr(end, token.span.begin - end);
    const bool directive = !scattered.empty() && scattered.back() == '.';
    scattered += space;
    // Where there was no white space there may be none: c.edge is one name.
    if (!space.empty() && !directive && (*random)() % 3 == 0) {
      scattered += kBetween[(*random)() % std::size(kBetween)];
    }
    scattered += text.substr(token.span.begin, token.span.end - token.span.begin);
    end = token.span.end;
  }
  return scattered;
}

TEST(FormatterTest, FormatsRandomProgramsWithCommentsAnywhere) {
  std::mt19937_64 random(1);
  for (uint64_t seed = 0; seed < 150; ++seed) {
    const std::string text = testing::MakeRandomProgram(seed).text();
    EXPECT_TRUE(CheckFormat({.path = absl::StrCat("seed ", seed), .text = text}));
    const std::string scattered = Scattered(text, &random);
    EXPECT_TRUE(CheckFormat({.path = absl::StrCat("scattered ", seed), .text = scattered}));
  }
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
