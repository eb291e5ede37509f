#include "rules/engine/maintain.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/rules/engine/run_text.h"

namespace cartograph::rules {
namespace {

constexpr char kText[] =
    ".decl e(x:number,y:number) .decl other(x:number) .decl p(x:number,y:number) .decl "
    "far(x:number) .decl twice(x:number) "
    "e(1,2). e(2,3). other(5). p(7,8). "
    "p(x,y) :- e(x,y). p(x,z) :- p(x,y), e(y,z). far(x) :- p(1,x), !e(1,x). twice(x+x) :- "
    "other(x).";

Fact MakeFact(const Model& model, absl::string_view relation, const std::vector<uint32_t>& values) {
  Fact fact{*model.program().Find(relation), {}};
  for (const uint32_t value : values) fact.values.push_back(Value(value));
  return fact;
}

std::string Text(const Model& model, const Delta& delta) {
  std::vector<std::string> parts;
  for (const Fact& fact : delta.removed) {
    parts.push_back(absl::StrCat("-", ToText(fact, model.program(), model.interning())));
  }
  for (const Fact& fact : delta.added) {
    parts.push_back(absl::StrCat("+", ToText(fact, model.program(), model.interning())));
  }
  return absl::StrJoin(parts, " ");
}

TEST(Maintain, GivesTheNextModelAndTheWholeDelta) {
  const auto model = *RunText(kText);
  EXPECT_EQ(Dump(*model, "far"), "(3)");
  base::Budget budget;
  const Delta base = Normalize({{MakeFact(*model, "e", {1, 2})},
                                {MakeFact(*model, "e", {3, 9}), MakeFact(*model, "e", {8, 2})}});
  const auto next = Maintain(*model, base, &budget);
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(
      Text(*next->model, next->delta),
      "-e(1, 2) -p(1, 2) -p(1, 3) -far(3) "
      "+e(3, 9) +e(8, 2) +p(2, 9) +p(3, 9) +p(7, 2) +p(7, 3) +p(7, 9) +p(8, 2) +p(8, 3) +p(8, 9)");
  // The model it came from is as it was, and going back gives the same facts again.
  EXPECT_EQ(Dump(*model, "far"), "(3)");
  const auto back = Maintain(*next->model, Normalize({base.added, base.removed}), &budget);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(DumpAll(*back->model), DumpAll(*model));
  EXPECT_EQ(back->delta, (Delta{next->delta.added, next->delta.removed}));
}

TEST(Maintain, SharesWhatDidNotChange) {
  const auto model = *RunText(kText);
  base::Budget budget;
  const auto next = *Maintain(*model, {{}, {MakeFact(*model, "other", {6})}}, &budget);
  EXPECT_EQ(Text(*next.model, next.delta), "+other(6) +twice(12)");
  for (const char* relation : {"e", "p", "far"}) {
    const PredicateId id = *model->program().Find(relation);
    EXPECT_EQ(next.model->shared_relation(id), model->shared_relation(id)) << relation;
  }
}

// More of a recursive relation changes than is worth following: it is evaluated anew.
TEST(Maintain, ALargeChangeOfARecursiveRelationIsEvaluatedAnew) {
  constexpr uint32_t kChains = 4000;  // of two edges each: several windows' worth
  const std::string rules =
      ".decl e(x:number,y:number) .decl left(x:number,y:number) .decl right(x:number,y:number) "
      "left(x,y) :- e(x,y). left(x,z) :- left(x,y), e(y,z). "
      "right(x,y) :- e(x,y). right(x,z) :- e(x,y), right(y,z). ";
  const auto before = *RunText(rules + "e(500,501).");
  Delta base;
  std::string facts = "e(500,501). ";
  for (uint32_t i = 1; i <= kChains; ++i) {
    for (const auto& [x, y] : {std::pair(i, 5000 + i), std::pair(5000 + i, 20000 + 7 * i)}) {
      base.added.push_back(MakeFact(*before, "e", {x, y}));
      absl::StrAppend(&facts, "e(", x, ",", y, "). ");
    }
  }
  base::Budget budget;
  const auto after = Maintain(*before, Normalize(base), &budget);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ(DumpAll(*after->model), DumpAll(**RunText(rules + facts)));
  const auto back = Maintain(*after->model, Normalize({base.added, base.removed}), &budget);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(DumpAll(*back->model), DumpAll(*before));
}

TEST(Maintain, FactsGivenForADerivedRelationComeAndGo) {
  const auto model = *RunText(kText);
  base::Budget budget;
  // p(1, 3) is derived already: giving it changes nothing, until its derivation goes.
  const auto given = *Maintain(*model, {{}, {MakeFact(*model, "p", {1, 3})}}, &budget);
  EXPECT_EQ(Text(*given.model, given.delta), "");
  const auto less = *Maintain(*given.model, {{MakeFact(*model, "e", {2, 3})}, {}}, &budget);
  EXPECT_EQ(Text(*less.model, less.delta), "-e(2, 3) -p(2, 3)");
  const auto gone = *Maintain(
      *less.model, {{MakeFact(*model, "p", {1, 3}), MakeFact(*model, "p", {7, 8})}, {}}, &budget);
  EXPECT_EQ(Text(*gone.model, gone.delta), "-p(1, 3) -p(7, 8) -far(3)");
}

TEST(Maintain, AGivenFactThatWasSubsumedComesBack) {
  const auto model = *RunText(
      ".decl best(x:number,y:number) best(x,y) <= best(x,z) :- y < z. best(1,4). best(1,5).");
  EXPECT_EQ(Dump(*model, "best"), "(1, 5)");
  base::Budget budget;
  const auto more = *Maintain(*model, {{}, {MakeFact(*model, "best", {1, 3})}}, &budget);
  EXPECT_EQ(Text(*more.model, more.delta), "");
  const auto less = *Maintain(*more.model, {{MakeFact(*model, "best", {1, 5})}, {}}, &budget);
  EXPECT_EQ(Text(*less.model, less.delta), "-best(1, 5) +best(1, 4)");
  const auto hidden = *Maintain(*less.model, {{MakeFact(*model, "best", {1, 3})}, {}}, &budget);
  EXPECT_EQ(Text(*hidden.model, hidden.delta), "");
  const auto none = *Maintain(*hidden.model, {{MakeFact(*model, "best", {1, 4})}, {}}, &budget);
  EXPECT_EQ(Text(*none.model, none.delta), "-best(1, 4)");
}

TEST(Maintain, AnErrorChangesNothing) {
  const auto model = *RunText(".decl a(x:number) .decl r(x:number) a(1). r(1/x) :- a(x).");
  base::Budget budget;
  const auto next = Maintain(*model, {{}, {MakeFact(*model, "a", {0})}}, &budget);
  EXPECT_EQ(next.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Dump(*model, "r"), "(1)");
}

TEST(Difference, MatchesPredicatesByName) {
  const auto before = *RunText(
      ".decl a(x:number) .decl b(x:number) .decl gone(x:number) a(1). a(2). b(1). gone(1).");
  const auto program = CompileText(
      ".decl b(x:number) .decl a(x:number) .decl c(x:symbol) .decl extra(x:number) a(2). a(3). "
      "b(1). extra(4).");
  base::Budget budget;
  const auto after = *Evaluate(program, {}, &budget);
  EXPECT_EQ(Text(*after, Difference(*before, *after)), "-a(1) +a(3) +extra(4)");
}

}  // namespace
}  // namespace cartograph::rules
