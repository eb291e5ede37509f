#include "kb/ad_hoc.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "rules/facts/fact.h"
#include "tests/kb/rule_model.h"

namespace cartograph::kb {
namespace {

constexpr char kPack[] = R"dl(
.type Target <: symbol
.type Disease <: symbol
.decl tested(target: Target, disease: Disease)
tested("cd19", "sle"). tested("cd19", "ms"). tested("bcma", "ms").
.decl busy(target: Target)
busy(t) :- tested(t, d), tested(t, e), d != e.
)dl";

// The rows, or the error, or the codes and messages of the diagnostics.
std::string Ask(const AdHocQuestion& question, const base::BudgetLimits& limits = {}) {
  static const auto* const kModel = new std::shared_ptr<const rules::Model>(ModelOf(kPack));
  base::Budget budget(limits);
  const auto answer = AskAdHoc(**kModel, question, &budget);
  if (!answer.ok()) return answer.status().ToString();
  if (answer->model == nullptr) {
    return absl::StrJoin(answer->compiled.diagnostics, "; ",
                         [&](std::string* out, const rules::Diagnostic& diagnostic) {
                           absl::StrAppend(out, answer->compiled.sources[diagnostic.span.file].path,
                                           ": ", diagnostic.message);
                         });
  }
  const rules::Program& program = answer->model->program();
  return absl::StrJoin(answer->rows, " ", [&](std::string* out, const rules::Tuple& row) {
    out->append(rules::ToText(rules::Fact{answer->predicate, row}, program, *answer->overlay));
  });
}

TEST(AdHocTest, AnswersOverTheModel) {
  struct Case {
    const char* rules;
    const char* predicate;
    const char* answer;
  };
  for (const Case& c : std::vector<Case>{
           {"answer(d) :- tested(\"cd19\", d).", "answer", "answer(\"ms\") answer(\"sle\")"},
           {"answer(d) :- tested(\"nothing\", d).", "answer", ""},
           {"answer(t) :- busy(t).", "answer", "answer(\"cd19\")"},
           {"answer(t) :- tested(t, _), !busy(t).", "answer", "answer(\"bcma\")"},
           {"answer(n) :- n = count : { tested(_, _) }.", "answer", "answer(3)"},
           {"answer(cat(t, \"!\")) :- busy(t).", "answer", "answer(\"cd19!\")"},
           {"other(t) :- busy(t).", "other", "other(\"cd19\")"},
           {"answer(t) :- busy(t).", "busy", "busy(\"cd19\")"},
           {".decl p(a: symbol)\np(a) :- tested(_, a).\nanswer(a) :- p(a).", "answer",
            "answer(\"ms\") answer(\"sle\")"},
           {"r(x, y) :- tested(x, y). r(x, z) :- r(x, y), r(w, y), tested(w, z).", "r",
            "r(\"bcma\", \"ms\") r(\"bcma\", \"sle\") r(\"cd19\", \"ms\") r(\"cd19\", \"sle\")"},
       }) {
    EXPECT_EQ(Ask({c.rules, c.predicate}), c.answer) << c.rules;
  }
}

TEST(AdHocTest, RefusesWhatItCannotAnswer) {
  EXPECT_EQ(Ask({"answer(d) :- tested(\"cd19\", d).", "anwser"}),
            "INVALID_ARGUMENT: no rule says what \"anwser\" is; did you mean \"answer\"?");
  EXPECT_EQ(Ask({"answer(d) :- tested(_, d).", "answer", 1}),
            "RESOURCE_EXHAUSTED: the answer has more than rows_max = 1 rows");
  EXPECT_NE(Ask({"answer(d) :- tsted(_, d)."}).find("question.dl: "), std::string::npos);
  EXPECT_NE(Ask({"busy(t) :- tested(t, _)."}).find("question.dl: "), std::string::npos);
}

TEST(AdHocTest, StopsAtTheBudget) {
  const std::string rules = "n(1). n(x + 1) :- n(x), x < 1000000. answer(x) :- n(x).";
  EXPECT_NE(Ask({rules}, {.facts_max = 1000}).find("RESOURCE_EXHAUSTED: the budget facts_max"),
            std::string::npos);
}

TEST(AdHocTest, LeavesTheSymbolsOfTheModelAlone) {
  const auto model = ModelOf(kPack);
  const size_t before = model->program().interning->symbols.size();
  base::Budget budget;
  const auto answer = AskAdHoc(*model, {"answer(cat(t, \"-never-seen\")) :- busy(t)."}, &budget);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->rows.size(), 1u);
  EXPECT_EQ(model->program().interning->symbols.size(), before);
}

}  // namespace
}  // namespace cartograph::kb
