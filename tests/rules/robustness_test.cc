// The front end on damaged text: whatever the bytes, it ends soon, with a program or with
// diagnostics.
//
// Every text of the golden files is damaged many times, with a fixed seed: bytes replaced, and runs
// of bytes deleted, doubled or moved from another text. What still parses is formatted, and must
// mean the same afterwards.

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rules/compile.h"
#include "rules/rule_tests.h"
#include "rules/syntax/formatter.h"
#include "rules/syntax/parser.h"
#include "tests/rules/golden_file.h"

namespace cartograph::rules {
namespace {

// Of one text: enough to find what breaks often; the long runs look for the rest.
int DamagesPerText() { return std::getenv("CARTOGRAPH_RANDOM_PROGRAMS") != nullptr ? 6000 : 300; }

std::vector<std::string> Texts() {
  std::vector<std::string> texts;
  for (const char* area : {"syntax", "unsupported", "names", "types", "safety", "strata",
                           "components", "program", "format", "rule_tests"}) {
    for (const GoldenCase& golden : GoldenCases(area)) {
      for (const SourceFile& file : golden.files) texts.push_back(file.text);
    }
  }
  return texts;
}

class Damager {
 public:
  explicit Damager(std::vector<std::string> texts) : texts_(std::move(texts)) {}

  std::string Damage(std::string text) {
    for (size_t times = 1 + Below(3); times > 0; --times) {
      if (text.empty()) text = texts_[Below(texts_.size())];
      size_t at = Below(text.size() + 1);
      size_t length = std::min(Below(20), text.size() - at);
      switch (Below(5)) {
        case 0:
          text.erase(at, length);
          break;
        case 1:
          text.insert(at, text.substr(at, length));
          break;
        case 2:
          text.insert(at, std::string(1, static_cast<char>(Below(256))));
          break;
        case 3: {
          const std::string& other = texts_[Below(texts_.size())];
          text.insert(at, other.substr(Below(other.size() + 1), Below(60)));
          break;
        }
        default:
          constexpr char kMeaningful[] = "().,;:!-<>={}[]|$@_\"'\\/*+%^?#0x1u \n";
          text.insert(at, 1, kMeaningful[Below(sizeof(kMeaningful) - 1)]);
      }
    }
    return text;
  }

 private:
  size_t Below(size_t bound) {
    return std::uniform_int_distribution<size_t>(0, bound - 1)(random_);
  }

  std::vector<std::string> texts_;
  std::mt19937 random_{20261122};
};

std::string Tree(const std::string& text) {
  DiagnosticList diagnostics(100);
  return Dump(Parse(text, 0, ParseOptions{}, &diagnostics));
}

TEST(RobustnessTest, AnyTextEndsInAProgramOrInDiagnostics) {
  std::vector<std::string> texts = Texts();
  Damager damager(texts);
  const int damages = DamagesPerText();
  CompileResult world =
      Compile({{.path = "w", .text = ".decl a(x: number)\n.decl tested(t: symbol, d: symbol)\n"}},
              std::make_shared<Interning>());
  size_t compiled = 0;
  size_t formatted = 0;
  for (const std::string& text : texts) {
    for (int i = 0; i < damages; ++i) {
      SourceFile damaged{.path = "d", .text = damager.Damage(text)};
      SCOPED_TRACE(damaged.text);
      CompileResult result = Compile({damaged}, std::make_shared<Interning>());
      bool error = false;
      for (const Diagnostic& diagnostic : result.diagnostics) {
        error |= diagnostic.severity == Severity::kError;
        EXPECT_FALSE(Render(diagnostic, result.sources).empty());
      }
      ASSERT_EQ(result.program == nullptr, error);
      compiled += error ? 0 : 1;
      ParseRuleTests({damaged}, *world.program);
      FormatResult format = Format(damaged);
      if (!format.diagnostics.empty()) continue;
      ++formatted;
      ASSERT_EQ(Tree(format.text), Tree(damaged.text));
      ASSERT_EQ(Format({.path = "d", .text = format.text}).text, format.text);
    }
  }
  // The damage is mild enough to reach every stage.
  EXPECT_GT(compiled, 30u);
  EXPECT_GT(formatted, 150u);
}

}  // namespace
}  // namespace cartograph::rules
