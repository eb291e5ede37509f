#include "tests/support/proof_checker.h"

#include <algorithm>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/support/plain_join.h"

namespace cartograph::rules {
namespace {

class Checker {
 public:
  Checker(const Proof& proof, const Model& model)
      : proof_(proof), model_(model), program_(model.program()) {}

  absl::Status Run(const Fact& fact) {
    if (proof_.nodes.empty() || proof_.nodes[0].fact != fact)
      return Wrong(0, "is not the fact to prove");
    RETURN_IF_ERROR(CheckShape());
    for (uint32_t i = 0; i < proof_.nodes.size(); ++i) RETURN_IF_ERROR(CheckNode(i));
    return absl::OkStatus();
  }

 private:
  absl::Status Wrong(uint32_t node, absl::string_view why) const {
    return absl::InternalError(absl::StrCat("node ", node, " ", why));
  }

  bool HasFact(const ProofNode& node) const {
    return node.kind == ProofNode::Kind::kGiven || node.kind == ProofNode::Kind::kDerived ||
           node.kind == ProofNode::Kind::kCut;
  }

  absl::Status CheckShape() const {
    std::vector<bool> used(proof_.nodes.size());
    std::set<Fact> facts;
    bool cut = false;
    for (uint32_t i = 0; i < proof_.nodes.size(); ++i) {
      const ProofNode& node = proof_.nodes[i];
      cut = cut || node.kind == ProofNode::Kind::kCut;
      if (HasFact(node) && node.kind != ProofNode::Kind::kCut && !facts.insert(node.fact).second) {
        return Wrong(i, "proves a fact that another node proves");
      }
      for (const uint32_t premise : node.premises) {
        if (premise <= i || premise >= proof_.nodes.size())
          return Wrong(i, "has a premise before itself");
        used[premise] = true;
      }
    }
    for (uint32_t i = 1; i < used.size(); ++i) {
      if (!used[i]) return Wrong(i, "is not used");
    }
    return cut == proof_.complete ? Wrong(0, "says wrongly whether it is complete")
                                  : absl::OkStatus();
  }

  absl::Status CheckNode(uint32_t index) {
    const ProofNode& node = proof_.nodes[index];
    if (HasFact(node) && !model_.Contains(node.fact))
      return Wrong(index, "is no fact of the model");
    switch (node.kind) {
      case ProofNode::Kind::kGiven: {
        const auto origin = model_.relation(node.fact.predicate).Find(node.fact.values);
        if (origin->rule != Origin::kGiven || !node.premises.empty() || node.steps != 0)
          return Wrong(index, "is not given");
        return absl::OkStatus();
      }
      case ProofNode::Kind::kDerived:
        return node.rule.has_value() ? CheckRule(index) : CheckClosure(index);
      default:
        return absl::OkStatus();  // checked by the node that uses them
    }
  }

  absl::Status CheckClosure(uint32_t index) const {
    const ProofNode& node = proof_.nodes[index];
    if (!program_.predicate(node.fact.predicate).eqrel) return Wrong(index, "names no rule");
    const Value a = node.fact.values[0];
    const Value c = node.fact.values[1];
    std::vector<Tuple> pairs;
    for (const uint32_t premise : node.premises) {
      const ProofNode& used = proof_.nodes[premise];
      if (!HasFact(used) || used.fact.predicate != node.fact.predicate)
        return Wrong(index, "rests on something else");
      pairs.push_back(used.fact.values);
    }
    const bool turned = pairs.size() == 1 && pairs[0] == Tuple{c, a};
    const bool itself = pairs.size() == 1 && a == c && (pairs[0][0] == a || pairs[0][1] == a);
    const bool joined =
        pairs.size() == 2 && pairs[0][0] == a && pairs[0][1] == pairs[1][0] && pairs[1][1] == c;
    return turned || itself || joined ? absl::OkStatus()
                                      : Wrong(index, "does not follow from its premises");
  }

  // The compiler gives a value of its own a name where text says n = count : { … }; proofs leave
  // that out.
  static bool IsShown(const Rule& rule, const Literal& literal) {
    if (literal.kind != Literal::Kind::kConstraint || literal.comparison != Comparison::kEqual)
      return true;
    if (literal.left.kind != Term::Kind::kVariable || literal.right.kind != Term::Kind::kVariable)
      return true;
    return !rule.variables[literal.left.variable].empty() &&
           !rule.variables[literal.right.variable].empty();
  }

  static size_t Shown(const Rule& rule) {
    return static_cast<size_t>(
        std::count_if(rule.body.begin(), rule.body.end(),
                      [&](const Literal& literal) { return IsShown(rule, literal); }));
  }

  // By body literal: its node, or nothing for those not shown.
  static std::vector<std::optional<uint32_t>> PremisesByLiteral(const Rule& rule,
                                                                const ProofNode& node) {
    std::vector<std::optional<uint32_t>> premises;
    size_t next = 0;
    for (const Literal& literal : rule.body) {
      premises.emplace_back();
      if (IsShown(rule, literal) && next < node.premises.size())
        premises.back() = node.premises[next++];
    }
    return premises;
  }

  absl::Status CheckRule(uint32_t index) {
    const ProofNode& node = proof_.nodes[index];
    const Rule& rule = program_.rules[*node.rule];
    if (rule.head.predicate != node.fact.predicate)
      return Wrong(index, "names a rule for another predicate");
    const std::vector<std::optional<uint32_t>> premises = PremisesByLiteral(rule, node);
    if (node.premises.size() != Shown(rule)) return Wrong(index, "has not one premise a literal");
    Substitution known;
    RETURN_IF_ERROR(LearnBindings(index, rule, &known));
    uint64_t steps = 1;
    for (size_t i = 0; i < rule.body.size(); ++i) {
      if (!premises[i].has_value()) continue;
      const ProofNode& premise = proof_.nodes[*premises[i]];
      steps += premise.steps;
      if (rule.body[i].kind != Literal::Kind::kAtom) continue;
      if (!HasFact(premise) || premise.fact.predicate != rule.body[i].atom.predicate ||
          !UnifyAll(rule.body[i].atom, premise.fact.values, &known)) {
        return Wrong(index, absl::StrCat("does not match its premise ", i));
      }
    }
    if (node.steps != std::min<uint64_t>(steps, UINT32_MAX))
      return Wrong(index, "counts its steps wrongly");
    RETURN_IF_ERROR(CheckOthers(index, rule, premises, &known));
    if (!UnifyAll(rule.head, node.fact.values, &known))
      return Wrong(index, "is not what the rule's head gives");
    return absl::OkStatus();
  }

  // Numbers among the bindings: the only values that a range gives are there.
  absl::Status LearnBindings(uint32_t index, const Rule& rule, Substitution* known) const {
    for (const auto& [name, text] : proof_.nodes[index].bindings) {
      const auto at = std::find(rule.variables.begin(), rule.variables.end(), name);
      if (at == rule.variables.end())
        return Wrong(index, "binds a variable that the rule does not have");
      const auto variable = static_cast<uint32_t>(at - rule.variables.begin());
      int64_t number = 0;
      if (rule.variable_kinds[variable] != ValueKind::kNumber || !absl::SimpleAtoi(text, &number))
        continue;
      known->emplace(variable, Value::Number(static_cast<int32_t>(number)));
    }
    return absl::OkStatus();
  }

  bool UnifyAll(const Atom& atom, const Tuple& values, Substitution* known) const {
    for (size_t c = 0; c < values.size(); ++c) {
      if (!Unify(atom.arguments[c], values[c], known, program_.interning.get())) return false;
    }
    return true;
  }

  // The literals that are no atoms, each as soon as what it needs is known.
  absl::Status CheckOthers(uint32_t index, const Rule& rule,
                           const std::vector<std::optional<uint32_t>>& premises,
                           Substitution* known) {
    std::vector<bool> done(rule.body.size());
    for (bool again = true; again;) {
      again = false;
      for (size_t i = 0; i < rule.body.size(); ++i) {
        if (done[i] || rule.body[i].kind == Literal::Kind::kAtom) continue;
        const std::optional<absl::Status> result =
            CheckOther(index, premises[i], rule.body[i], known);
        if (!result.has_value()) continue;
        RETURN_IF_ERROR(*result);
        done[i] = again = true;
      }
    }
    for (size_t i = 0; i < rule.body.size(); ++i) {
      if (!done[i] && rule.body[i].kind != Literal::Kind::kAtom)
        return Wrong(index, absl::StrCat("cannot be checked at literal ", i));
    }
    return absl::OkStatus();
  }

  // A literal without a premise still has to hold.
  std::optional<absl::Status> CheckOther(uint32_t index, std::optional<uint32_t> at,
                                         const Literal& literal, Substitution* known) {
    ProofNode unshown;
    unshown.kind = ProofNode::Kind::kConstraint;
    unshown.text = "-";
    const ProofNode& premise = at.has_value() ? proof_.nodes[*at] : unshown;
    const auto verdict = [&](bool holds) {
      return holds ? absl::OkStatus()
                   : Wrong(index, absl::StrCat("has a false literal at node ", at.value_or(0)));
    };
    switch (literal.kind) {
      case Literal::Kind::kNegation: {
        const std::optional<bool> absent = IsAbsent(model_, literal.atom, *known);
        if (!absent.has_value()) return std::nullopt;
        return verdict(*absent && IsAbsenceOf(premise, literal.atom, *known));
      }
      case Literal::Kind::kConstraint: {
        const std::optional<bool> holds = TestConstraint(literal, known, program_.interning.get());
        if (!holds.has_value()) return std::nullopt;
        return verdict(*holds && premise.kind == ProofNode::Kind::kConstraint &&
                       !premise.text.empty());
      }
      case Literal::Kind::kRange: {
        if (known->count(literal.result) == 0) return std::nullopt;
        return verdict(premise.kind == ProofNode::Kind::kConstraint && !premise.text.empty());
      }
      default:
        return CheckAggregate(index, premise, *literal.aggregate, known);
    }
  }

  static bool IsAbsenceOf(const ProofNode& node, const Atom& atom, const Substitution& known) {
    if (node.kind != ProofNode::Kind::kAbsence || node.fact.predicate != atom.predicate)
      return false;
    for (size_t c = 0; c < atom.arguments.size(); ++c) {
      const Term& argument = atom.arguments[c];
      if (node.bound[c] != (argument.kind != Term::Kind::kWildcard)) return false;
      if (node.bound[c] && EvaluatePlainly(argument, known, nullptr) != node.fact.values[c])
        return false;
    }
    return true;
  }

  std::optional<absl::Status> CheckAggregate(uint32_t index, const ProofNode& node,
                                             const Aggregate& aggregate, Substitution* known) {
    Substitution outer;
    for (const uint32_t variable : aggregate.outer) {
      const auto value = known->find(variable);
      if (value == known->end()) return std::nullopt;
      outer.insert(*value);
    }
    if (node.kind != ProofNode::Kind::kAggregate)
      return Wrong(index, "has no node for its aggregate");
    std::vector<std::pair<Value, std::set<Fact>>> inputs;
    ForEachBinding(model_, aggregate.body, outer, [&](const Substitution& binding) {
      Value value;
      if (aggregate.target.has_value())
        value = *EvaluatePlainly(*aggregate.target, binding, program_.interning.get());
      std::set<Fact> facts;
      for (const Literal& literal : aggregate.body) {
        if (literal.kind != Literal::Kind::kAtom) continue;
        Fact fact{literal.atom.predicate, {}};
        for (const Term& a : literal.atom.arguments)
          fact.values.push_back(*EvaluatePlainly(a, binding, nullptr));
        facts.insert(fact);
      }
      inputs.emplace_back(value, facts);
    });
    const std::optional<Value> result = Fold(aggregate, inputs);
    if (!result.has_value()) return Wrong(index, "has an aggregate without a value");
    if (known->emplace(aggregate.result, *result).first->second != *result)
      return Wrong(index, "has a wrong aggregate");
    return CheckInputs(index, node, aggregate, inputs, *result);
  }

  static std::optional<Value> Fold(const Aggregate& aggregate,
                                   const std::vector<std::pair<Value, std::set<Fact>>>& inputs) {
    const bool is_float = aggregate.kind == ValueKind::kFloat;
    if (aggregate.op == AggregateOp::kCount) {
      return is_float ? Value::Float(static_cast<float>(inputs.size()))
                      : Value(static_cast<uint32_t>(inputs.size()));
    }
    Term sum;
    sum.kind = Term::Kind::kCall;
    sum.value_kind = aggregate.kind;
    sum.functor = aggregate.op == AggregateOp::kMin   ? Functor::kMin
                  : aggregate.op == AggregateOp::kMax ? Functor::kMax
                                                      : Functor::kAdd;
    std::optional<Value> total;
    for (const auto& [value, facts] : inputs) {
      Term a;
      a.constant = total.value_or(Value(0));
      Term b;
      b.constant = value;
      sum.arguments = {a, b};
      total = total.has_value() ? EvaluatePlainly(sum, {}, nullptr) : value;
    }
    if (aggregate.op == AggregateOp::kSum) return total.value_or(Value(0));
    if (aggregate.op == AggregateOp::kMean && total.has_value()) {
      return Value::Float(total->float_number() / static_cast<float>(inputs.size()));
    }
    return total;
  }

  absl::Status CheckInputs(uint32_t index, const ProofNode& node, const Aggregate& aggregate,
                           const std::vector<std::pair<Value, std::set<Fact>>>& inputs,
                           Value result) const {
    const bool extreme = aggregate.op == AggregateOp::kMin || aggregate.op == AggregateOp::kMax;
    std::set<Fact> expected;
    for (const auto& [value, facts] : inputs) {
      if (!extreme || value == result) expected.insert(facts.begin(), facts.end());
    }
    std::set<Fact> shown;
    bool cut = false;
    for (const uint32_t premise : node.premises) {
      cut = cut || proof_.nodes[premise].kind == ProofNode::Kind::kCut;
      shown.insert(proof_.nodes[premise].fact);
    }
    const bool right =
        cut ? std::includes(expected.begin(), expected.end(), shown.begin(), shown.end())
            : shown == expected;
    return right ? absl::OkStatus() : Wrong(index, "has an aggregate over other facts");
  }

  const Proof& proof_;
  const Model& model_;
  const Program& program_;
};

}  // namespace

absl::Status CheckProof(const Proof& proof, const Fact& fact, const Model& model) {
  return Checker(proof, model).Run(fact);
}

}  // namespace cartograph::rules
