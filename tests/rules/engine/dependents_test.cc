#include "rules/engine/dependents.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rules/engine/maintain.h"
#include "tests/rules/engine/run_text.h"

namespace cartograph::rules {
namespace {

Fact MakeFact(const Model& model, absl::string_view relation, std::vector<int32_t> values) {
  Fact fact{*model.program().Find(relation), {}};
  for (const int32_t value : values) fact.values.push_back(Value::Number(value));
  return fact;
}

std::string Text(const Fact& fact, const Model& model) {
  return ToText(fact, model.program(), model.interning());
}

// One line a dependent; a "!" before those that rest on the root alone.
std::string Dependents(absl::string_view text, absl::string_view relation,
                       const std::vector<int32_t>& values) {
  const auto model = *RunText(text);
  base::Budget budget;
  const auto found = FindDependents(*model, {MakeFact(*model, relation, values)}, 1000, &budget);
  if (!found.ok()) return found.status().ToString();
  std::set<std::string> lines;
  for (const Dependent& dependent : *found) {
    lines.insert(absl::StrCat(Text(dependent.fact, *model), dependent.alone ? " alone" : ""));
  }
  std::string out;
  for (const std::string& line : lines) absl::StrAppend(&out, line, "\n");
  return out;
}

constexpr char kPaths[] =
    ".decl e(x:number,y:number) .decl p(x:number,y:number) e(1,2). e(2,3). e(1,3). e(3,4). "
    "p(x,y) :- e(x,y). p(x,z) :- p(x,y), e(y,z). ";

TEST(Dependents, TellsWhatFallsFromWhatAlsoHoldsOtherwise) {
  EXPECT_EQ(Dependents(kPaths, "e", {2, 3}), "p(1, 3)\np(1, 4)\np(2, 3) alone\np(2, 4) alone\n");
  EXPECT_EQ(Dependents(kPaths, "p", {1, 3}), "p(1, 4) alone\n");
  EXPECT_EQ(Dependents(kPaths, "p", {1, 4}), "");
}

TEST(Dependents, FactsThatHoldEachOtherUpFallTogether) {
  EXPECT_EQ(Dependents(".decl a(x:number) .decl b(x:number) .decl c(x:number) a(1). b(x) :- a(x). "
                       "b(x) :- c(x). c(x) :- b(x).",
                       "a", {1}),
            "b(1) alone\nc(1) alone\n");
}

TEST(Dependents, GoThroughAggregatesAndEquivalences) {
  EXPECT_EQ(Dependents(".decl a(x:number,y:number) .decl r(x:number,n:number) a(1,5). a(1,6). "
                       "a(2,6). r(x,n) :- a(x,_), n = count : { a(x,y), y > 5 }.",
                       "a", {1, 6}),
            "r(1, 1) alone\n");
  EXPECT_EQ(
      Dependents(".decl e(x:number,y:number) .decl s(x:number,y:number) eqrel e(1,2). e(2,3). "
                 "s(x,y) :- e(x,y).",
                 "e", {1, 2}),
      "s(1, 1) alone\ns(1, 2) alone\ns(1, 3) alone\ns(2, 1) alone\ns(2, 2)\ns(2, 3)\n"
      "s(3, 1) alone\ns(3, 2)\ns(3, 3)\n");
}

TEST(Dependents, GivenFactsStand) {
  EXPECT_EQ(Dependents(".decl a(x:number) .decl r(x:number) a(1). r(1). r(x) :- a(x).", "a", {1}),
            "r(1)\n");
}

TEST(Dependents, AreAllOrAnError) {
  const auto model = *RunText(kPaths);
  base::Budget budget;
  EXPECT_EQ(FindDependents(*model, {MakeFact(*model, "e", {2, 3})}, 3, &budget).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(FindDependents(*model, {MakeFact(*model, "e", {2, 3})}, 4, &budget)->size(), 4);
}

// What rests on base facts alone is what is lost when they are removed.
TEST(Dependents, AgreeWithRemoval) {
  const auto model =
      *RunText(std::string(kPaths) +
               "e(4,2). .decl n(x:number,c:number) n(x,c) :- e(x,_), c = count : { p(x,_) }.");
  const PredicateId e = *model->program().Find("e");
  std::vector<Fact> edges;
  model->relation(e).ForEach([&](TupleView values) {
    edges.push_back({e, Tuple(values.begin(), values.end())});
    return true;
  });
  for (const Fact& a : edges) {
    for (const Fact& b : edges) {
      base::Budget budget;
      const Delta away = Normalize({a == b ? std::vector{a} : std::vector{a, b}, {}});
      const auto after = *Maintain(*model, away, &budget);
      std::set<std::string> lost;
      for (const Fact& fact : after.delta.removed) {
        if (fact.predicate != e) lost.insert(Text(fact, *model));
      }
      std::set<std::string> alone;
      const auto found = *FindDependents(*model, away.removed, 1000, &budget);
      for (const Dependent& dependent : found) {
        if (dependent.alone) alone.insert(Text(dependent.fact, *model));
      }
      EXPECT_EQ(alone, lost) << Text(a, *model) << " " << Text(b, *model);
    }
  }
}

}  // namespace
}  // namespace cartograph::rules
