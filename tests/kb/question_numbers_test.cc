#include "kb/question_numbers.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "kb/questions.h"
#include "tests/kb/rule_model.h"

namespace cartograph::kb {
namespace {

// "a(x=1 y=2!) b!": the columns of each question with their numbers, what retired with a mark.
std::string Dump(const QuestionNumbers& numbers) {
  return absl::StrJoin(numbers, " ", [](std::string* out, const v1::QuestionNumbers& question) {
    absl::StrAppend(out, question.rule_pack(), ".", question.question(),
                    question.retired() ? "!" : "", "(");
    for (int i = 0; i < question.columns_size(); ++i) {
      const v1::ColumnNumber& column = question.columns(i);
      absl::StrAppend(out, i == 0 ? "" : " ", column.column(), "=", column.number(),
                      column.retired() ? "!" : "");
    }
    absl::StrAppend(out, ")");
  });
}

// Activates `declarations`, each as a question without rules, as one version of `rule_pack`.
struct Version {
  const char* rule_pack;
  std::vector<const char*> declarations;
  const char* numbers;
  const char* breaks;
};

void ExpectHistory(const std::vector<Version>& versions) {
  QuestionNumbers numbers;
  for (const Version& version : versions) {
    std::string text;
    for (const char* declaration : version.declarations) {
      absl::StrAppend(&text, "@[question(title = \"T\")]\n.decl ", declaration, "\n");
    }
    const auto program = ProgramOf(text);
    ASSERT_NE(program, nullptr);
    const QuestionNumbers after =
        NumbersAfter(numbers, version.rule_pack, *program, *QuestionsOf(*program));
    EXPECT_EQ(Dump(after), version.numbers);
    EXPECT_EQ(absl::StrJoin(WhatBreaks(numbers, after), "; "), version.breaks) << version.numbers;
    numbers = after;
  }
}

TEST(QuestionNumbersTest, AColumnKeepsItsNumber) {
  ExpectHistory({
      {"p", {"a(x: symbol, y: number)"}, "p.a(x=1 y=2)", ""},
      {"p", {"a(x: symbol, y: number)"}, "p.a(x=1 y=2)", ""},
      {"p", {"a(y: number, x: symbol)"}, "p.a(x=1 y=2)", ""},
      {"p", {"a(z: float, x: symbol, y: number)"}, "p.a(x=1 y=2 z=3)", ""},
  });
}

TEST(QuestionNumbersTest, WhatIsGoneBreaksStubsAndKeepsItsNumber) {
  ExpectHistory({
      {"p", {"a(x: symbol, y: number)", "b(x: symbol)"}, "p.a(x=1 y=2) p.b(x=1)", ""},
      {"p",
       {"a(x: symbol)"},
       "p.a(x=1 y=2!) p.b!(x=1!)",
       "the column y of the question a is gone; the question b is gone"},
      {"p", {"a(x: symbol, z: symbol)"}, "p.a(x=1 y=2! z=3) p.b!(x=1!)", ""},
      {"p",
       {"a(x: symbol, y: number)", "b(x: symbol)"},
       "p.a(x=1 y=2 z=3!) p.b(x=1)",
       "the column z of the question a is gone"},
  });
}

TEST(QuestionNumbersTest, AnotherKindIsAnotherColumn) {
  ExpectHistory({
      {"p", {"a(x: symbol)"}, "p.a(x=1)", ""},
      {"p", {"a(x: number)"}, "p.a(x=1! x=2)", "the column x of the question a has another type"},
      {"p", {"a(x: symbol)"}, "p.a(x=1 x=2!)", "the column x of the question a has another type"},
  });
}

TEST(QuestionNumbersTest, APackThatWasAwayFindsItsNumbers) {
  ExpectHistory({
      {"p", {"a(x: symbol)"}, "p.a(x=1)", ""},
      {"q", {"a(y: symbol)"}, "p.a(x=1) q.a(y=1)", ""},
      {"p", {"a(y: symbol, x: symbol)"}, "p.a(x=1 y=2) q.a(y=1)", ""},
  });
}

}  // namespace
}  // namespace cartograph::kb
