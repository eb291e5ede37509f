#include "rules/compile.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace cartograph::rules {
namespace {

std::string Rendered(const CompileResult& result) {
  std::string text;
  for (const Diagnostic& diagnostic : result.diagnostics)
    text += Render(diagnostic, result.sources);
  return text;
}

CompileResult CompileText(const std::string& text, const CompileOptions& options = {}) {
  return Compile({{.path = "t.dl", .text = text}}, std::make_shared<Interning>(), options);
}

TEST(CompileTest, PartsOfARuleKeepItsNumberAndText) {
  CompileResult result = CompileText(
      ".decl a(x: number)\n.decl b(x: number)\n.decl c(x: number)\n.decl d(x: number)\n"
      "a(1) :- c(_).\n@[says = \"so\"]\na(x), b(x) :- c(x); d(x).\n");
  ASSERT_NE(result.program, nullptr) << Rendered(result);
  ASSERT_EQ(result.program->rules.size(), 5u);
  for (size_t i = 1; i < 5; ++i) {
    const Rule& rule = result.program->rules[i];
    EXPECT_EQ(rule.source_rule, 1u);
    EXPECT_EQ(rule.text, "a(x), b(x) :- c(x); d(x).");
    ASSERT_EQ(rule.annotations.size(), 1u);
    EXPECT_EQ(rule.annotations[0].arguments[0].second, "so");
  }
}

TEST(CompileTest, SeveralSourcesAreOneProgram) {
  CompileResult result =
      Compile({{.path = "a.dl", .text = "a(x) :- b(x)."},
               {.path = "b.dl", .text = ".decl a(x: number)\n.decl b(x: number)"}},
              std::make_shared<Interning>());
  ASSERT_NE(result.program, nullptr) << Rendered(result);
  EXPECT_EQ(result.program->rules[0].span.file, 0u);
}

TEST(CompileTest, DiagnosticsOfAllSourcesNameTheirFile) {
  CompileResult result =
      Compile({{.path = "a.dl", .text = "a(x) :- b(x)."}, {.path = "b.dl", .text = "a(."}},
              std::make_shared<Interning>());
  EXPECT_EQ(result.program, nullptr);
  EXPECT_EQ(Rendered(result).substr(0, 10), "b.dl:1:3: ");
}

TEST(CompileTest, TheBaseSchemaDeclaresBaseRelations) {
  CompileOptions options;
  options.base_schema = ".type Target <: symbol\n.decl target(t: Target)\n";
  CompileResult result = CompileText(".decl a(t: Target)\na(t) :- target(t).\n", options);
  ASSERT_NE(result.program, nullptr) << Rendered(result);
  EXPECT_TRUE(result.program->predicate(*result.program->Find("target")).base);
  EXPECT_FALSE(result.program->predicate(*result.program->Find("a")).base);
  EXPECT_EQ(result.sources[1].path, "base relations");
}

// An ad-hoc question over a pack: the pack's relations are base relations, under the same ids; new
// constants go to an overlay, and the pack's program does not change.
TEST(CompileTest, AGivenProgramIsSeenAsBaseRelations) {
  CompileResult pack = CompileText(
      ".type Target <: symbol\n.decl target(t: Target)\n.decl hidden(x: number) inline\nhidden(x) "
      ":- x = 1.\n"
      ".decl twice(n: number)\ntwice(n * 2) :- n = count : { target(_) }, "
      "hidden(1).\ntarget(\"a\").\n");
  ASSERT_NE(pack.program, nullptr) << Rendered(pack);
  size_t symbols = pack.program->interning->symbols.size();
  auto overlay = std::make_shared<Interning>(pack.program->interning.get());
  CompileOptions options;
  options.given = pack.program.get();
  CompileResult question =
      Compile({{.path = "q",
                .text = ".decl ask(t: Target)\nask(t) :- target(t), t != \"new\", twice(2).\n"}},
              overlay, options);
  ASSERT_NE(question.program, nullptr) << Rendered(question);
  EXPECT_EQ(question.program->Find("target"), pack.program->Find("target"));
  EXPECT_TRUE(question.program->predicate(*question.program->Find("twice")).base);
  EXPECT_EQ(Index(*question.program->Find("ask")), pack.program->predicates.size());
  EXPECT_EQ(question.program->rules.size(), 1u);
  EXPECT_EQ(pack.program->interning->symbols.size(), symbols);

  std::string problems = Rendered(
      Compile({{.path = "q",
                .text = "target(\"b\").\n.decl ask(x: number)\nask(x) :- hidden(x), targe(_).\n"}},
              overlay, options));
  EXPECT_NE(problems.find("'target' is a base relation"), std::string::npos) << problems;
  EXPECT_NE(problems.find("there is no relation 'hidden'"), std::string::npos) << problems;
  EXPECT_NE(problems.find("did you mean target?"), std::string::npos) << problems;
}

TEST(CompileTest, WithoutAReaderIncludesAreRefused) {
  EXPECT_EQ(CompileText(".include \"x.dl\"").diagnostics[0].message,
            "includes are not allowed here");
}

TEST(CompileTest, StrataComeInTheSameOrderEveryTime) {
  std::string text;
  for (int i = 0; i < 50; ++i) absl::StrAppend(&text, ".decl r", i, "(x: number)\n");
  for (int i = 0; i < 49; ++i)
    absl::StrAppend(&text, "r", (i * 7) % 50, "(x) :- r", (i * 11 + 3) % 50, "(x).\n");
  auto strata = [&] {
    CompileResult result = CompileText(text);
    std::string order;
    for (const Stratum& stratum : result.program->strata) {
      for (PredicateId id : stratum.predicates) absl::StrAppend(&order, Index(id), " ");
      order += "|";
    }
    return order;
  };
  EXPECT_EQ(strata(), strata());
}

}  // namespace
}  // namespace cartograph::rules
