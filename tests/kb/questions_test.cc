#include "kb/questions.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "rules/facts/fact.h"
#include "tests/kb/rule_model.h"

namespace cartograph::kb {
namespace {

std::string Annotated(absl::string_view annotations) {
  return absl::StrCat(annotations, "\n.decl studied(target: symbol, sources: number)\n",
                      "studied(\"cd19\", 1).\n");
}

std::string Dump(const std::vector<Question>& questions, const rules::Program& program) {
  return absl::StrJoin(questions, "; ", [&](std::string* out, const Question& question) {
    const rules::Predicate& predicate = program.predicate(question.predicate);
    absl::StrAppend(out, predicate.name, " \"", question.title, "\"");
    for (const OrderKey& key : question.keys) {
      absl::StrAppend(out, " ", predicate.columns[key.column].name, key.descending ? "-" : "+");
    }
  });
}

TEST(QuestionsTest, ReadsTheAnnotations) {
  struct Case {
    const char* annotations;
    const char* questions;
  };
  for (const Case& c : std::vector<Case>{
           {"", ""},
           {"@[says = \"x\"]", ""},
           {"@[question(title = \"T\")]", "studied \"T\""},
           {"@[question(title = \"T\", order = \"\")]", "studied \"T\""},
           {"@[question(title = \"T\", order = \"sources desc\")]", "studied \"T\" sources-"},
           {"@[question(order = \" sources  asc ,target\", title = \"T\")]",
            "studied \"T\" sources+ target+"},
       }) {
    const auto program = ProgramOf(Annotated(c.annotations));
    const auto questions = QuestionsOf(*program);
    ASSERT_TRUE(questions.ok()) << questions.status();
    EXPECT_EQ(Dump(*questions, *program), c.questions) << c.annotations;
    EXPECT_TRUE(QuestionsOf(*program).ok());
  }
}

TEST(QuestionsTest, SaysWhatIsWrongWithAnAnnotation) {
  const std::string begin = "the question studied is wrongly annotated: ";
  struct Case {
    const char* annotations;
    const char* message;
  };
  for (const Case& c : std::vector<Case>{
           {"@[question]", "it has no title"},
           {"@[question(order = \"target\")]", "it has no title"},
           {"@[question(title = \"T\", sort = \"target\")]",
            "it has \"sort\", which is neither title nor order"},
           {"@[question(title = \"T\", order = \"source\")]",
            "order names the column \"source\", which it does not have; did you mean \"sources\"?"},
           {"@[question(title = \"T\", order = \"sources down\")]",
            "order has \"down\" where asc or desc should stand"},
           {"@[question(title = \"T\", order = \"sources desc target\")]",
            "order has \"sources desc target\" where a column and asc or desc should stand"},
           {"@[question(title = \"T\", order = \"sources,\")]",
            "order has \"\" where a column and asc or desc should stand"},
           {"@[question(title = \"T\", order = \"sources, sources desc\")]",
            "order names the column \"sources\" twice"},
           {"@[question(title = \"T\")]\n@[question(title = \"U\")]", "it is annotated twice"},
       }) {
    const auto program = ProgramOf(Annotated(c.annotations));
    const absl::Status status = QuestionsOf(*program).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.annotations;
    EXPECT_EQ(status.message(), begin + c.message) << c.annotations;
  }
}

TEST(QuestionsTest, FindsByName) {
  const auto program =
      ProgramOf(Annotated("@[question(title = \"T\")]") + ".decl other(x: number)\nother(1).\n");
  EXPECT_EQ(FindQuestion(*program, "studied")->title, "T");
  EXPECT_EQ(FindQuestion(*program, "studeid").status(),
            absl::NotFoundError("there is no question \"studeid\"; did you mean \"studied\"?"));
  EXPECT_EQ(FindQuestion(*program, "other").status(),
            absl::NotFoundError("there is no question \"other\""));
}

// The rows of `row` that match, in the order that its annotation asks for.
std::string Rows(const rules::Model& model, const rules::Pattern& pattern) {
  const Question question = *FindQuestion(model.program(), "row");
  base::Budget budget;
  const auto rows = OrderedRows(model, question.predicate, pattern, question.keys, &budget);
  if (!rows.ok()) return std::string(rows.status().message());
  return absl::StrJoin(*rows, " ", [&](std::string* out, const rules::Tuple& row) {
    const std::string text =
        rules::ToText(rules::Fact{question.predicate, row}, model.program(), model.interning());
    out->append(text.substr(std::string("row").size()));
  });
}

TEST(QuestionsTest, OrdersRowsAsDeclaredThenByColumn) {
  const auto model = ModelOf(R"dl(
@[question(title = "T", order = "n desc")]
.decl row(name: symbol, n: number)
row("b", 1). row("a", 1). row("B", 1). row("é", 1). row("a", -3). row("c", 10). row("d", 9).
)dl");
  EXPECT_EQ(Rows(*model, {std::nullopt, std::nullopt}),
            "(\"c\", 10) (\"d\", 9) (\"B\", 1) (\"a\", 1) (\"b\", 1) (\"é\", 1) (\"a\", -3)");
  EXPECT_EQ(Rows(*model, {model->interning().symbols.Find("a"), std::nullopt}),
            "(\"a\", 1) (\"a\", -3)");
}

TEST(QuestionsTest, OrdersEveryKindByItsValue) {
  const auto model = ModelOf(R"dl(
@[question(title = "T", order = "u, f desc")]
.decl row(u: unsigned, f: float)
row(4000000000, 1.0). row(3, -2.5). row(3, 1.5). row(3, 10.0).
)dl");
  EXPECT_EQ(Rows(*model, {std::nullopt, std::nullopt}),
            "(3, 10.0) (3, 1.5) (3, -2.5) (4000000000, 1.0)");
}

TEST(QuestionsTest, StopsAtTheBudget) {
  const auto model = ModelOf("@[question(title = \"T\")]\n.decl row(n: number)\nrow(1). row(2).\n");
  base::Budget budget(base::BudgetLimits{.bytes_max = 40});
  const Question question = *FindQuestion(model->program(), "row");
  EXPECT_EQ(OrderedRows(*model, question.predicate, {std::nullopt}, {}, &budget).status().code(),
            absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace cartograph::kb
