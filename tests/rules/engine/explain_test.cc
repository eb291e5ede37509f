#include "rules/engine/explain.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rules/engine/maintain.h"
#include "tests/rules/engine/run_text.h"
#include "tests/support/plain_join.h"
#include "tests/support/proof_checker.h"

namespace cartograph::rules {
namespace {

using ::testing::HasSubstr;

// One line a node: number, what it says, the rule by number, premises, steps.
std::string Dump(const Proof& proof, const Model& model) {
  std::string out;
  for (size_t i = 0; i < proof.nodes.size(); ++i) {
    const ProofNode& node = proof.nodes[i];
    absl::StrAppend(&out, i, " ");
    const bool has_fact =
        node.kind != ProofNode::Kind::kAggregate && node.kind != ProofNode::Kind::kConstraint;
    const std::string fact = has_fact ? ToText(node.fact, model.program(), model.interning()) : "";
    switch (node.kind) {
      case ProofNode::Kind::kGiven:
        absl::StrAppend(&out, fact);
        break;
      case ProofNode::Kind::kDerived:
        absl::StrAppend(&out, fact, " by ",
                        node.rule.has_value() ? absl::StrCat(*node.rule) : "closure");
        break;
      case ProofNode::Kind::kAbsence:
        absl::StrAppend(&out, "no ", fact);
        break;
      case ProofNode::Kind::kCut:
        absl::StrAppend(&out, "cut ", fact, " (", node.text, ")");
        break;
      default:
        absl::StrAppend(&out, node.text);
    }
    if (!node.premises.empty()) absl::StrAppend(&out, " from ", absl::StrJoin(node.premises, " "));
    if (node.steps != 0) absl::StrAppend(&out, " in ", node.steps);
    absl::StrAppend(&out, "\n");
  }
  return out;
}

Fact MakeFact(const Model& model, absl::string_view relation, std::vector<int32_t> values) {
  Fact fact{*model.program().Find(relation), {}};
  for (const int32_t value : values) fact.values.push_back(Value::Number(value));
  return fact;
}

absl::StatusOr<Proof> ExplainFact(const Model& model, const Fact& fact,
                                  const ExplainOptions& options = {}) {
  base::Budget budget;
  absl::StatusOr<Explanation> explanation = Explain(model, fact, options, &budget);
  if (!explanation.ok()) return explanation.status();
  return std::move(explanation->proof);
}

// The proof of a fact of numbers, checked.
std::string Explained(absl::string_view text, absl::string_view relation,
                      const std::vector<int32_t>& values, const ExplainOptions& options = {}) {
  const auto model = *RunText(text);
  const Fact fact = MakeFact(*model, relation, values);
  const auto proof = ExplainFact(*model, fact, options);
  if (!proof.ok()) return proof.status().ToString();
  const absl::Status checked = CheckProof(*proof, fact, *model);
  return checked.ok() ? Dump(*proof, *model) : checked.ToString();
}

constexpr char kPaths[] =
    ".decl e(x:number,y:number) .decl p(x:number,y:number) e(1,2). e(2,3). e(3,1). e(3,4). e(1,3). "
    "p(x,y) :- e(x,y). p(x,z) :- p(x,y), e(y,z). ";

TEST(Explain, GivenFactsAreLeaves) { EXPECT_EQ(Explained(kPaths, "e", {1, 2}), "0 e(1, 2)\n"); }

TEST(Explain, TakesTheShortestWayThroughACycle) {
  EXPECT_EQ(Explained(kPaths, "p", {1, 4}),
            "0 p(1, 4) by 1 from 1 3 in 2\n"
            "1 p(1, 3) by 0 from 2 in 1\n"
            "2 e(1, 3)\n"
            "3 e(3, 4)\n");
  EXPECT_EQ(Explained(kPaths, "p", {2, 2}),
            "0 p(2, 2) by 1 from 1 5 in 3\n"
            "1 p(2, 1) by 1 from 2 4 in 2\n"
            "2 p(2, 3) by 0 from 3 in 1\n"
            "3 e(2, 3)\n"
            "4 e(3, 1)\n"
            "5 e(1, 2)\n");
}

TEST(Explain, PrefersTheRuleWrittenFirstThenTheSmallestFacts) {
  const char* text =
      ".decl a(x:number) .decl b(x:number) .decl r(x:number) .decl s(x:number) a(3). a(2). a(11). "
      "b(1). "
      "r(1) :- a(x), x > 2. r(1) :- b(_). s(1) :- a(_).";
  EXPECT_EQ(Explained(text, "r", {1}), "0 r(1) by 0 from 1 2 in 1\n1 a(11)\n2 11 > 2\n");
  EXPECT_EQ(Explained(text, "s", {1}), "0 s(1) by 2 from 1 in 1\n1 a(11)\n");
}

TEST(Explain, CountsSharedStepsOnceAUseButShowsThemOnce) {
  EXPECT_EQ(Explained(".decl a(x:number) .decl b(x:number) .decl c(x:number) .decl d(x:number) "
                      "a(1). b(x) :- a(x). c(x) :- b(x). "
                      "d(x) :- b(x), c(x), b(x).",
                      "d", {1}),
            "0 d(1) by 2 from 2 1 2 in 5\n"
            "1 c(1) by 1 from 2 in 2\n"
            "2 b(1) by 0 from 3 in 1\n"
            "3 a(1)\n");
}

TEST(Explain, ShowsAbsencesConstraintsAndAggregates) {
  EXPECT_EQ(Explained(".decl a(x:number,y:number) .decl b(x:number,y:number) .decl "
                      "r(x:number,n:number) a(1,5). a(1,6). a(2,6). b(2,2). "
                      "r(x,n) :- a(x,_), !b(x,_), n = sum y : { a(x,y) }, n > 3 + x.",
                      "r", {1, 11}),
            "0 r(1, 11) by 0 from 3 1 2 5 in 1\n"
            "1 no b(1, 0)\n"
            "2 11 = sum y : { a(1, y) } from 3 4\n"
            "3 a(1, 5)\n"
            "4 a(1, 6)\n"
            "5 11 > (3 + 1)\n");
  EXPECT_EQ(Explained(".decl a(x:number,y:number) .decl r(n:number) a(1,5). a(1,6). a(2,6). r(n) "
                      ":- n = max y : { a(_,y) }.",
                      "r", {6}),
            "0 r(6) by 0 from 1 in 1\n"
            "1 6 = max y : { a(_, y) } from 2 3\n"
            "2 a(1, 6)\n"
            "3 a(2, 6)\n");
  EXPECT_EQ(Explained(".decl r(x:number) r(x+1) :- x = range(0, 3), x != 1.", "r", {3}),
            "0 r(3) by 0 from 1 2 in 1\n1 2 = range(0, 3)\n2 2 != 1\n");
}

TEST(Explain, GivesTheBindingsOfNamedVariables) {
  const auto model = *RunText(
      ".decl a(x:symbol,y:number) .decl r(x:symbol) a(\"k\",5). a(\"k\",9). r(x) :- a(x,y), "
      "a(_,z), z > y, y > 1.");
  Fact fact{*model->program().Find("r"), {*model->interning().symbols.Find("k")}};
  const auto proof = *ExplainFact(*model, fact);
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(proof.nodes[0].bindings, (Pairs{{"x", "\"k\""}, {"y", "5"}, {"z", "9"}}));
}

TEST(Explain, CutsWhatIsTooLarge) {
  std::string text =
      ".decl e(x:number,y:number) .decl p(x:number,y:number) p(x,y) :- e(x,y). p(x,z) :- p(x,y), "
      "e(y,z). ";
  for (int i = 0; i < 50; ++i) absl::StrAppend(&text, "e(", i, ",", i + 1, "). ");
  ExplainOptions options;
  options.nodes_max = 6;
  EXPECT_EQ(Explained(text, "p", {0, 50}, options),
            "0 p(0, 50) by 1 from 1 4 in 50\n"
            "1 p(0, 49) by 1 from 2 3 in 49\n"
            "2 cut p(0, 48) (a proof has at most 6 nodes) in 48\n"
            "3 e(48, 49)\n"
            "4 e(49, 50)\n");
  std::string count = ".decl a(x:number) .decl r(n:number) r(n) :- n = count : { a(_) }. ";
  for (int i = 0; i < 50; ++i) absl::StrAppend(&count, "a(", i, "). ");
  ExplainOptions few;
  few.aggregate_inputs_max = 2;
  EXPECT_EQ(Explained(count, "r", {50}, few),
            "0 r(50) by 0 from 1 in 1\n1 50 = count : { a(_) } from 2 3 4\n2 a(0)\n3 a(1)\n4 cut "
            "a(10) (an aggregate shows at most 2 of its facts)\n");
}

TEST(Explain, UnknownFactsAndSpentBudgetsAreErrors) {
  const auto model = *RunText(kPaths);
  EXPECT_EQ(ExplainFact(*model, MakeFact(*model, "p", {4, 1})).status().code(),
            absl::StatusCode::kNotFound);
  base::Budget cancelled;
  cancelled.Cancel();
  EXPECT_EQ(Explain(*model, MakeFact(*model, "p", {1, 4}), {}, &cancelled).status().code(),
            absl::StatusCode::kCancelled);
}

TEST(Explain, DeepProofsNeedNoDeepStack) {
  const auto model = *RunText(
      ".decl n(x:number) .decl p(x:number) n(x) :- x = range(0, 3000). p(0). p(x+1) :- p(x), "
      "n(x).");
  ExplainOptions options;
  options.nodes_max = 100'000;
  const Fact fact = MakeFact(*model, "p", {3000});
  const auto proof = ExplainFact(*model, fact, options);
  ASSERT_TRUE(proof.ok()) << proof.status();
  EXPECT_TRUE(proof->complete);
  EXPECT_EQ(proof->nodes[0].steps, 6000);
}

// The fewest steps of every fact, by passing costs through all rule instances until nothing
// changes.
std::map<Fact, uint64_t> FewestSteps(const Model& model) {
  std::map<Fact, uint64_t> steps;
  const Program& program = model.program();
  for (uint32_t i = 0; i < program.predicates.size(); ++i) {
    model.relation(PredicateId{i}).ForEachWithOrigin([&](TupleView values, Origin origin) {
      if (origin.rule == Origin::kGiven)
        steps[{PredicateId{i}, Tuple(values.begin(), values.end())}] = 0;
      return true;
    });
  }
  Interning* interning = program.interning.get();
  const auto instantiate = [&](const Atom& atom, const Substitution& known) {
    Fact fact{atom.predicate, {}};
    for (const Term& a : atom.arguments)
      fact.values.push_back(*EvaluatePlainly(a, known, interning));
    return fact;
  };
  for (bool again = true; again;) {
    again = false;
    for (const Rule& rule : program.rules) {
      ForEachBinding(model, rule.body, {}, [&](const Substitution& known) {
        uint64_t total = 1;
        for (const Literal& literal : rule.body) {
          if (literal.kind != Literal::Kind::kAtom) continue;
          const auto at = steps.find(instantiate(literal.atom, known));
          if (at == steps.end()) return;
          total += at->second;
        }
        const auto [at, added] = steps.emplace(instantiate(rule.head, known), total);
        again = again || added || total < at->second;
        at->second = std::min(at->second, total);
      });
    }
  }
  return steps;
}

TEST(Explain, EveryFactHasACheckedProofOfFewestSteps) {
  const std::vector<std::string> programs = {
      kPaths,
      // Twice recursive: the best proof is not the lowest one.
      ".decl e(x:number,y:number) .decl p(x:number,y:number) e(1,2). e(2,3). e(3,4). e(4,5). "
      "e(5,1). e(2,5). "
      "p(x,y) :- e(x,y). p(x,z) :- p(x,y), p(y,z).",
      // Costs of lower strata decide between rules.
      ".decl a(x:number) .decl b(x:number) .decl c(x:number) .decl d(x:number) .decl r(x:number) "
      "a(1). a(2). a(3). a(4). "
      "b(x) :- a(x), x > 1. c(x) :- b(x), x > 2. d(x) :- c(x), b(x). r(x) :- d(x), a(x). r(x) :- "
      "a(x), b(y), c(z), x < y, y < z. "
      "r(x) :- c(x). r(x) :- r(y), a(x), x = y - 1.",
      // Mutual recursion with negation and arithmetic.
      ".decl n(x:number) .decl even(x:number) .decl odd(x:number) .decl rest(x:number) n(0). n(1). "
      "n(2). n(3). n(4). n(5). even(0). "
      "odd(x+1) :- even(x), n(x). even(x+1) :- odd(x), n(x), x < 4. even(x+3) :- odd(x), n(x). "
      "rest(x) :- n(x), !even(x), x*x > 3.",
      // Same generation.
      ".decl e(x:number,y:number) .decl s(x:number,y:number) e(1,2). e(1,3). e(2,4). e(3,5). "
      "e(3,6). e(5,7). e(4,8). "
      "s(x,y) :- e(a,x), e(a,y), x != y. s(x,y) :- e(a,x), s(a,b), e(b,y).",
      // Facts given for derived relations.
      ".decl e(x:number,y:number) .decl p(x:number,y:number) e(1,2). e(2,3). p(1,3). p(x,y) :- "
      "e(x,y). p(x,z) :- p(x,y), e(y,z). e(3,4).",
  };
  for (const std::string& text : programs) {
    const auto model = *RunText(text);
    for (const auto& [fact, steps] : FewestSteps(*model)) {
      const auto proof = ExplainFact(*model, fact);
      ASSERT_TRUE(proof.ok()) << proof.status();
      const absl::Status checked = CheckProof(*proof, fact, *model);
      EXPECT_TRUE(checked.ok()) << checked << "\n" << Dump(*proof, *model);
      EXPECT_EQ(proof->nodes[0].steps, steps) << Dump(*proof, *model);
    }
  }
}

TEST(Explain, DoesNotDependOnHowTheModelCameAbout) {
  const auto model = *RunText(kPaths);
  base::Budget budget;
  const Delta away = {{MakeFact(*model, "e", {1, 3})}, {}};
  const auto without = *Maintain(*model, away, &budget);
  const auto back = *Maintain(*without.model, {{}, away.removed}, &budget);
  for (const auto& [fact, steps] : FewestSteps(*model)) {
    EXPECT_EQ(Dump(*ExplainFact(*model, fact), *model),
              Dump(*ExplainFact(*back.model, fact), *back.model));
  }
}

// The whole explanation of a fact: every proof checked, then each support as a line.
std::string Supported(absl::string_view text, absl::string_view relation,
                      const std::vector<int32_t>& values, const SupportOptions& supports) {
  const auto model = *RunText(text);
  const Fact fact = MakeFact(*model, relation, values);
  ExplainOptions options;
  options.alternatives_max = 10;
  options.supports = supports;
  base::Budget budget;
  const auto explanation = Explain(*model, fact, options, &budget);
  if (!explanation.ok()) return explanation.status().ToString();
  std::string out;
  for (const std::vector<Fact>& support : explanation->supports) {
    for (const Fact& given : support) {
      absl::StrAppend(&out, ToText(given, model->program(), model->interning()), " ");
    }
    out += "\n";
  }
  if (!explanation->supports_complete) out += "and maybe more\n";
  for (const Proof& proof : explanation->alternatives) {
    absl::StrAppend(&out, "in ", proof.nodes[0].steps, " steps\n");
    EXPECT_TRUE(proof.complete);
    const Proof& best = explanation->proof;
    EXPECT_GE(proof.nodes[0].steps, best.nodes[0].steps);
  }
  return out;
}

TEST(Supports, AreTheMinimalSetsOfBaseFacts) {
  SupportOptions all;
  all.sets_max = 10;
  // Through the cycle there are endlessly many proofs of p(1, 4), and two supports.
  EXPECT_EQ(Supported(kPaths, "p", {1, 4}, all),
            "e(1, 3) e(3, 4) \n"
            "e(1, 2) e(2, 3) e(3, 4) \n"
            "in 3 steps\n");
  // The shortest proof rests on more than is needed.
  const char* wasteful =
      ".decl a(x:number) .decl b(x:number) .decl r(x:number) a(1). a(2). b(x) :- a(x). "
      "r(1) :- a(1), a(2). r(1) :- b(1).";
  EXPECT_EQ(Supported(wasteful, "r", {1}, all), "a(1) \nin 2 steps\n");
  // Given and derived: both are shown.
  EXPECT_EQ(
      Supported(".decl e(x:number) .decl r(x:number) e(1). r(1). r(x) :- e(x).", "r", {1}, all),
      "e(1) \nr(1) \nin 1 steps\n");
  // What is absent is no part of a support, all that an aggregate counts is.
  EXPECT_EQ(Supported(".decl a(x:number) .decl b(x:number) .decl r(n:number) a(1). a(2). "
                      "r(n) :- n = count : { a(_) }, !b(n).",
                      "r", {2}, all),
            "a(1) a(2) \n");
}

TEST(Supports, SayWhenThereMayBeMore) {
  std::string text = ".decl a(x:number) .decl r(x:number) r(1) :- a(_). ";
  for (int i = 0; i < 20; ++i) absl::StrAppend(&text, "a(", i, "). ");
  SupportOptions few;
  few.sets_max = 100;
  few.sets_per_fact_max = 2;
  EXPECT_EQ(Supported(text, "r", {1}, few), "a(0) \na(1) \nand maybe more\nin 1 steps\n");
  SupportOptions near;
  near.sets_max = 100;
  near.facts_max = 3;
  EXPECT_EQ(Supported(text, "r", {1}, near), "a(0) \na(1) \nand maybe more\nin 1 steps\n");
}

// Every support is enough and none of its facts can be missed, by evaluating again without the
// others.
TEST(Supports, AreEnoughAndMinimalByEvaluation) {
  const auto model = *RunText(kPaths);
  const PredicateId e = *model->program().Find("e");
  std::vector<Fact> given;
  model->relation(e).ForEach([&](TupleView values) {
    given.push_back({e, Tuple(values.begin(), values.end())});
    return true;
  });
  const auto holds_with = [&](const std::vector<Fact>& kept, const Fact& fact) {
    Delta away;
    for (const Fact& candidate : given) {
      if (std::find(kept.begin(), kept.end(), candidate) == kept.end())
        away.removed.push_back(candidate);
    }
    base::Budget budget;
    return Maintain(*model, away, &budget)->model->Contains(fact);
  };
  for (const auto& [fact, steps] : FewestSteps(*model)) {
    ExplainOptions options;
    options.supports.sets_max = 100;
    base::Budget budget;
    const auto explanation = *Explain(*model, fact, options, &budget);
    EXPECT_TRUE(explanation.supports_complete);
    EXPECT_FALSE(explanation.supports.empty());
    for (const std::vector<Fact>& support : explanation.supports) {
      EXPECT_TRUE(holds_with(support, fact));
      for (size_t i = 0; i < support.size(); ++i) {
        std::vector<Fact> less = support;
        less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_FALSE(holds_with(less, fact));
      }
    }
  }
}

// A cycle through 100,000 edges: the search ends with its budget, and the proof says where.
TEST(Explain, EndsWithinItsBudget) {
  std::string text =
      ".decl n(x:number) .decl e(x:number,y:number) .decl p(x:number) n(x) :- x = range(0, 50000). "
      "e(x, (x + 1) % 50000) :- n(x). e(x, (x * 7 + 4) % 50000) :- n(x). p(0). p(y) :- p(x), "
      "e(x,y).";
  const auto model = *RunText(text);
  ASSERT_EQ(model->relation(*model->program().Find("e")).size(), 100'000);
  base::BudgetLimits limits;
  limits.probes_max = 2000;
  base::Budget budget(limits);
  const Fact fact = MakeFact(*model, "p", {49999});
  const auto explanation = Explain(*model, fact, {}, &budget);
  ASSERT_TRUE(explanation.ok()) << explanation.status();
  EXPECT_FALSE(explanation->proof.complete);
  size_t cut = 0;
  for (const ProofNode& node : explanation->proof.nodes) {
    if (node.kind != ProofNode::Kind::kCut) continue;
    ++cut;
    EXPECT_THAT(node.text, HasSubstr("probes"));
  }
  EXPECT_GT(cut, 0);
  EXPECT_LE(budget.probes(), 2 * limits.probes_max);
}

// A checker that accepts everything proves nothing.
TEST(CheckProof, RefusesWhatIsWrong) {
  const auto model = *RunText(std::string(kPaths) +
                              ".decl q(x:number,y:number) q(x,y) :- p(x,y), !e(x,y), x != y.");
  const Fact fact = MakeFact(*model, "q", {1, 4});
  const Proof right = *ExplainFact(*model, fact);
  ASSERT_TRUE(CheckProof(right, fact, *model).ok());
  struct Damage {
    const char* message;
    std::function<void(Proof*)> apply;
  };
  const std::vector<Damage> damages = {
      {"is not the fact to prove",
       [&](Proof* p) {
         p->nodes[0].fact = MakeFact(*model, "q", {1, 3});
       }},
      {"does not match its premise 0",
       [&](Proof* p) {
         p->nodes[1].fact = MakeFact(*model, "p", {2, 4});
       }},
      {"names a rule for another predicate", [](Proof* p) { p->nodes[0].rule = 0; }},
      {"has not one premise a literal",
       [](Proof* p) {
         p->nodes[0].premises.pop_back();
         p->nodes.pop_back();
       }},
      {"counts its steps wrongly", [](Proof* p) { p->nodes[0].steps = 9; }},
      {"is not given",
       [](Proof* p) {
         p->nodes[1].kind = ProofNode::Kind::kGiven;
         p->nodes[1].premises.clear();
         p->nodes[1].rule.reset();
         p->nodes.erase(p->nodes.begin() + 2, p->nodes.begin() + 5);
         p->nodes[0].premises = {1, 2, 3};
       }},
      {"has a premise before itself", [](Proof* p) { p->nodes[1].premises[0] = 0; }},
      {"says wrongly whether it is complete", [](Proof* p) { p->complete = false; }},
      {"has a false literal at node 5", [](Proof* p) { p->nodes[5].bound[0] = false; }},
      {"has a false literal at node 6", [](Proof* p) { p->nodes[6].text.clear(); }},
  };
  for (const Damage& damage : damages) {
    Proof wrong = right;
    damage.apply(&wrong);
    const absl::Status status =
        CheckProof(wrong, wrong.nodes[0].fact == fact ? fact : fact, *model);
    EXPECT_FALSE(status.ok()) << damage.message;
    EXPECT_THAT(std::string(status.message()), HasSubstr(damage.message));
  }
}

}  // namespace
}  // namespace cartograph::rules
