#include "rules/rule_coverage.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rules/compile.h"

namespace cartograph::rules {
namespace {

// A line a rule: where it stands, what it derives, in how many worlds it fired; a line a literal:
// its text, and r, h and f for reached, held and failed.
std::string CoverageOf(const std::string& program_text, const std::string& tests_text) {
  CompileResult compiled = Compile({{"rules.dl", program_text}}, std::make_shared<Interning>());
  if (compiled.program == nullptr) return Render(compiled.diagnostics[0], compiled.sources);
  const std::vector<SourceFile> files = {{"rules.test", tests_text}};
  ParsedRuleTests parsed = ParseRuleTests(files, *compiled.program);
  if (!parsed.diagnostics.empty()) return Render(parsed.diagnostics[0], files);
  base::Budget budget;
  auto coverage = MeasureCoverage(*compiled.program, parsed.tests, &budget);
  if (!coverage.ok()) return coverage.status().ToString();
  std::string text;
  for (const RuleCoverage& rule : *coverage) {
    const uint32_t line = PlaceOf(program_text, rule.span.begin).line;
    absl::StrAppend(&text, line, " ", rule.relation, " ", rule.worlds_fired, "\n");
    for (const LiteralCoverage& literal : rule.literals) {
      absl::StrAppend(&text, "  ", literal.text, " ", literal.reached ? "r" : "",
                      literal.held ? "h" : "", literal.failed ? "f" : "", "\n");
    }
  }
  return text;
}

constexpr char kDeclarations[] =
    ".decl b(x: number, y: number)\n.decl c(x: number)\n.decl a(x: number)\n.decl d(x: number)\n";

TEST(RuleCoverageTest, SaysWhatFiredHeldAndFailed) {
  EXPECT_EQ(CoverageOf(std::string(kDeclarations) +
                           "a(x) :- b(x, y), y > 2, !c(x).\na(x) :- b(x, 9), c(x).\n",
                       "test \"one\" { given b(1, 3). b(2, 1). }\n"
                       "test \"two\" { given b(4, 5). }\n"
                       "test \"three\" { given c(1). }\n"),
            "5 a 2\n  b(x, y) rhf\n  y > 2 rhf\n  !c(x) rh\n"
            "6 a 0\n  b(x, 9) rf\n  c(x) \n");
}

TEST(RuleCoverageTest, CasesAndHeadsOfOneRuleAreCountedTogether) {
  EXPECT_EQ(CoverageOf(std::string(kDeclarations) + "a(x), d(x) :- c(x), (b(x, 1) ; b(1, x)).\n",
                       "test \"one\" { given c(2). b(1, 2). }\n"),
            "5 a 1\n  c(x) rh\n  b(x, 1) rf\n  b(1, x) rh\n");
}

TEST(RuleCoverageTest, LiteralsTakenApartAreCountedWhole) {
  EXPECT_EQ(
      CoverageOf(std::string(kDeclarations) + "a(x + 1) :- c(x), b(x * 2, _).\n"
                                              "d(n) :- c(x), n = count : { b(x, _) }, n > 0.\n"
                                              "d(x) :- x = max y : { b(x, y) }.\n",
                 "test \"one\" { given c(2). c(3). b(4, 0). b(2, 2). }\n"),
      "5 a 1\n  c(x) rh\n  b(x * 2, _) rhf\n"
      "6 d 1\n  c(x) rh\n  n = count : { b(x, _) } rh\n  n > 0 rhf\n"
      "7 d 1\n  max y : { b(x, y) } rh\n");
}

TEST(RuleCoverageTest, TakesEveryConstruct) {
  EXPECT_EQ(
      CoverageOf(".type P = [x: number, next: P]\n.decl e(x: number, y: number)\n"
                 ".decl p(p: P)\n.decl same(x: number, y: number) eqrel\n.decl near(x: number, "
                 "y: number) inline\n.decl out(x: number)\n"
                 ".comp C { .decl t(x: number, y: number)\n t(x, y) :- e(x, y).\n"
                 " t(x, z) :- t(x, y), e(y, z). }\n.init c = C\n"
                 "p([x, nil]) :- e(x, _).\np([1, p]) :- p(p), p = [_, nil].\n"
                 "same(x, y) :- e(x, y).\nnear(x, y) :- e(x, z), z = y + 1.\n"
                 "out(x) :- near(x, 1), same(x, 2).\n"
                 "out(z) :- x = range(0, 3), z = x ^ 2, e(x, _), match(\"a.*\", \"ab\").\n",
                 "test \"one\" { given e(1, 2). e(2, 3). }\n"),
      "8 c.t 1\n  e(x, y) rh\n"
      "9 c.t 1\n  t(x, y) rh\n  e(y, z) rhf\n"
      "11 p 1\n  e(x, _) rh\n"
      "12 p 1\n  p(p) rh\n  p = [_, nil] rhf\n"
      "13 same 1\n  e(x, y) rh\n"
      "15 out 1\n  e(x, z) rh\n  z = y + 1 rhf\n  same(x, 2) rh\n"
      "16 out 1\n  x = range(0, 3) rh\n  z = x ^ 2 rh\n  e(x, _) rhf\n"
      "  match(\"a.*\", \"ab\") rh\n");
}

TEST(RuleCoverageTest, AnArithmeticErrorCountsNothing) {
  EXPECT_EQ(CoverageOf(std::string(kDeclarations) + "a(z) :- c(x), z = 1 / x.\n",
                       "test \"one\" { given c(0). }\ntest \"two\" { given c(1). }\n"),
            "5 a 1\n  c(x) rh\n  z = 1 / x rh\n");
}

}  // namespace
}  // namespace cartograph::rules
