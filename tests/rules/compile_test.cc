#include "rules/compile.h"

#include <fstream>
#include <sstream>
#include <string>

#include "gtest/gtest.h"

namespace cartograph::rules {
namespace {

std::string Rendered(const CompileResult& result) {
  std::string text;
  for (const Diagnostic& diagnostic : result.diagnostics)
    text += Render(diagnostic, result.sources);
  return text;
}

CompileResult CompileText(const std::string& text) {
  return Compile({{.path = "t.dl", .text = text}}, std::make_shared<Interning>());
}

TEST(CompileTest, SplitsARuleWithTwoHeadsAndADisjunction) {
  CompileResult result = CompileText(
      ".decl a(x: number)\n.decl b(x: number)\n.decl c(x: number)\n.decl d(x: number)\n"
      "a(x), b(x) :- c(x); d(x).\n");
  ASSERT_NE(result.program, nullptr) << Rendered(result);
  ASSERT_EQ(result.program->rules.size(), 4u);
  for (const Rule& rule : result.program->rules) {
    EXPECT_EQ(rule.source_rule, 0u);
    EXPECT_EQ(rule.text, "a(x), b(x) :- c(x); d(x).");
  }
}

}  // namespace
}  // namespace cartograph::rules
