// Every golden file below tests/golden/rules, by area: what the compiler says about rule text, the
// program it makes of it, and how the formatter lays it out.

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rules/compile.h"
#include "rules/rule_tests.h"
#include "rules/syntax/diagnostic_codes.h"
#include "rules/syntax/formatter.h"
#include "tests/rules/golden_file.h"
#include "tests/rules/program_dump.h"

namespace cartograph::rules {
namespace {

std::string Rendered(const std::vector<Diagnostic>& diagnostics,
                     const std::vector<SourceFile>& sources) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += Render(diagnostic, sources);
  return text;
}

class DiagnosticGoldenTest : public testing::TestWithParam<const char*> {};

TEST_P(DiagnosticGoldenTest, SaysWhatIsExpected) {
  for (const GoldenCase& golden : GoldenCases(GetParam())) {
    CompileResult result =
        Compile({golden.files[0]}, std::make_shared<Interning>(), golden.options);
    ExpectGolden(golden, Rendered(result.diagnostics, result.sources), result.program == nullptr);
  }
}

INSTANTIATE_TEST_SUITE_P(Areas, DiagnosticGoldenTest,
                         testing::Values("syntax", "unsupported", "names", "types", "safety",
                                         "strata", "components", "use"),
                         [](const auto& area) { return std::string(area.param); });

TEST(ProgramGoldenTest, MakesTheProgramExpected) {
  for (const GoldenCase& golden : GoldenCases("program")) {
    CompileResult result =
        Compile({golden.files[0]}, std::make_shared<Interning>(), golden.options);
    std::string text = Rendered(result.diagnostics, result.sources);
    if (result.program != nullptr) text += Dump(*result.program);
    ExpectGolden(golden, text, result.program == nullptr);
  }
}

TEST(FormatGoldenTest, LaysOutAsExpected) {
  for (const GoldenCase& golden : GoldenCases("format")) {
    FormatResult result = Format(golden.files[0]);
    ExpectGolden(golden, result.text + Rendered(result.diagnostics, golden.files),
                 !result.diagnostics.empty());
  }
}

TEST(RuleTestGoldenTest, ParsesAndRunsAsExpected) {
  for (const GoldenCase& golden : GoldenCases("rule_tests")) {
    CompileResult result =
        Compile({golden.files[0]}, std::make_shared<Interning>(), golden.options);
    ASSERT_NE(result.program, nullptr) << Rendered(result.diagnostics, result.sources);
    std::vector<SourceFile> files(golden.files.begin() + 1, golden.files.end());
    ParsedRuleTests parsed = ParseRuleTests(files, *result.program);
    std::string text = Rendered(parsed.diagnostics, files);
    base::Budget budget;
    bool failed = !parsed.diagnostics.empty();
    absl::StatusOr<std::vector<RuleTestResult>> results =
        RunRuleTests(result.program, parsed.tests, &budget);
    ASSERT_TRUE(results.ok()) << results.status();
    for (const RuleTestResult& test : *results) {
      text += Render(test, files);
      failed |= !test.passed();
    }
    ExpectGolden(golden, text, failed);
  }
}

TEST(CatalogueTest, EveryCodeStandsInAGoldenFile) {
  std::string all;
  for (const char* area : {"syntax", "unsupported", "names", "types", "safety", "strata",
                           "components", "use", "rule_tests"}) {
    for (const GoldenCase& golden : GoldenCases(area)) all += golden.expected;
  }
  for (const CodeEntry& entry : Catalogue()) {
    EXPECT_NE(all.find(absl::StrCat("[", entry.id, "]")), std::string::npos)
        << entry.id << ", " << entry.title << ", stands in no golden file";
  }
}

}  // namespace
}  // namespace cartograph::rules
