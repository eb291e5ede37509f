#include "rules/engine/closure.h"

#include "gtest/gtest.h"
#include "rules/engine/explain.h"
#include "rules/engine/maintain.h"
#include "tests/rules/engine/run_text.h"
#include "tests/support/proof_checker.h"

namespace cartograph::rules {
namespace {

TEST(EquivalenceClosure, IsReflexiveSymmetricAndTransitive) {
  EXPECT_EQ(DumpText(".decl r(x:number,y:number) eqrel r(1,2). r(3,2). r(7,7).", "r"),
            "(1, 1) (1, 2) (1, 3) (2, 1) (2, 2) (2, 3) (3, 1) (3, 2) (3, 3) (7, 7)");
}

TEST(EquivalenceClosure, GrowsWithTheRulesThatReadIt) {
  EXPECT_EQ(DumpText(".decl e(x:number,y:number) e(1,2). e(3,4). e(2,3). e(8,9). .decl "
                     "start(x:number) start(1). "
                     ".decl s(x:number,y:number) eqrel s(x,x) :- start(x). s(y,z) :- s(x,y), "
                     "e(y,z). .decl r(x:number,y:number) "
                     "r(x,y) :- s(x,y), x < y.",
                     "r"),
            "(1, 2) (1, 3) (1, 4) (2, 3) (2, 4) (3, 4)");
}

TEST(EquivalenceClosure, JoinsLargeClasses) {
  EXPECT_EQ(DumpText(".decl n(x:number) n(x) :- x = range(0, 90). .decl s(x:number,y:number) eqrel "
                     "s(x,y) :- n(x), n(y), y = x + 3. "
                     ".decl r(c:number) r(c) :- c = count : { s(_,_) }.",
                     "r"),
            "(2700)");
}

TEST(EquivalenceClosure, EveryPairHasAProof) {
  const auto model = *RunText(
      ".decl e(x:number,y:number) e(1,2). e(3,2). e(4,3). .decl s(x:number,y:number) eqrel s(x,y) "
      ":- e(x,y). s(9,9).");
  const PredicateId s = *model->program().Find("s");
  model->relation(s).ForEach([&](TupleView values) {
    const Fact fact{s, Tuple(values.begin(), values.end())};
    base::Budget budget;
    const auto explanation = Explain(*model, fact, {}, &budget);
    EXPECT_TRUE(explanation.ok()) << explanation.status();
    const absl::Status checked = CheckProof(explanation->proof, fact, *model);
    EXPECT_TRUE(checked.ok()) << checked;
    return true;
  });
}

TEST(EquivalenceClosure, StopsAtItsBudget) {
  base::BudgetLimits limits;
  limits.facts_max = 100'000;
  base::Budget budget(limits);
  const auto model =
      RunText(".decl s(x:number,y:number) eqrel s(x,x+1) :- x = range(0, 5000).", &budget);
  EXPECT_EQ(model.status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(Subsumption, KeepsWhatNothingDominates) {
  EXPECT_EQ(
      DumpText(
          ".decl r(x:number,y:number) r(1,5). r(1,7). r(1,3). r(2,2). r(x,y) <= r(x,z) :- z < y.",
          "r"),
      "(1, 3) (2, 2)");
  EXPECT_EQ(DumpText(".decl a(x:number,y:number) .decl r(x:number,y:number) a(1,1). a(1,2). "
                     "a(2,1). a(2,2). a(0,3). a(0,0). r(x,y) :- a(x,y). "
                     "r(x1,y1) <= r(x2,y2) :- x1 <= x2, y1 <= y2.",
                     "r"),
            "(0, 3) (2, 2)");
}

TEST(Subsumption, FindsShortestPaths) {
  EXPECT_EQ(DumpText(".decl e(x:number,y:number,c:number) e(1,2,5). e(2,3,5). e(1,3,20). e(3,1,1). "
                     "e(3,4,1). e(2,4,9). "
                     ".decl r(x:number,c:number) r(1,0). r(y,c+d) :- r(x,c), e(x,y,d). r(x,c) <= "
                     "r(x,d) :- d < c.",
                     "r"),
            "(1, 0) (2, 5) (3, 10) (4, 11)");
}

TEST(Subsumption, ReadsOtherRelations) {
  EXPECT_EQ(DumpText(".decl better(x:number,y:number) better(2,1). better(3,2). .decl r(x:number) "
                     "r(1). r(2). r(4). r(x) <= r(y) :- better(y,x).",
                     "r"),
            "(2) (4)");
}

TEST(Subsumption, FactsOfTheTextComeBack) {
  const auto model = *RunText(
      ".decl a(x:number) a(9). .decl r(x:number) r(5). r(x) :- a(x). r(x) <= r(y) :- x < y.");
  EXPECT_EQ(Dump(*model, "r"), "(9)");
  base::Budget budget;
  const Fact nine{*model->program().Find("a"), {Value(9)}};
  const auto next = *Maintain(*model, {{nine}, {}}, &budget);
  EXPECT_EQ(Dump(*next.model, "r"), "(5)");
}

TEST(Subsumption, WhatRestedOnADroppedFactIsCutFromProofs) {
  const auto model = *RunText(
      ".decl s(x:number) .decl r(x:number) r(1). r(x+1) :- r(x), x < 3. s(x) :- r(x). r(x) <= r(y) "
      ":- x < y.");
  EXPECT_EQ(Dump(*model, "r"), "(3)");
  base::Budget budget;
  const Fact fact{*model->program().Find("s"), {Value(3)}};
  const auto explanation = Explain(*model, fact, {}, &budget);
  ASSERT_TRUE(explanation.ok()) << explanation.status();
  EXPECT_FALSE(explanation->proof.complete);
}

}  // namespace
}  // namespace cartograph::rules
