#include "rules/engine/proof_builder.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rules/engine/term_text.h"

namespace cartograph::rules {
namespace {

// Whether `literal` only gives a value of the rule's own a name: the compiler writes n = count : {
// … } so where n stands elsewhere too. It says nothing to a reader.
bool IsRenaming(const Literal& literal, const Rule& rule) {
  const auto is_unnamed = [&](const Term& term) {
    return term.kind == Term::Kind::kVariable && rule.variables[term.variable].empty();
  };
  return literal.kind == Literal::Kind::kConstraint && literal.comparison == Comparison::kEqual &&
         literal.left.kind == Term::Kind::kVariable &&
         literal.right.kind == Term::Kind::kVariable &&
         (is_unnamed(literal.left) || is_unnamed(literal.right));
}

// Turns the best instances of a finished search into nodes. Nodes are made from the root outward,
// so that a proof that is too large loses what is farthest from the fact; then they are put in an
// order in which users come before what they use.
class ProofBuilder {
 public:
  ProofBuilder(const Model& model, const ExplainOptions& options, const ChooseInstance& choose,
               ProofSearch* search)
      : model_(model),
        program_(model.program()),
        options_(options),
        choose_(choose),
        search_(*search) {}

  absl::StatusOr<Proof> Build(FactNumber root) {
    NodeOf(root);
    for (uint32_t node = 0; node < facts_.size(); ++node) {
      if (!facts_[node].has_value() || proof_.nodes[node].kind == ProofNode::Kind::kCut) continue;
      RETURN_IF_ERROR(Fill(node, *facts_[node]));
    }
    return Sorted();
  }

 private:
  // The node of `fact`, made now if there is none.
  uint32_t NodeOf(FactNumber fact) {
    const auto [at, added] = by_fact_.emplace(fact, static_cast<uint32_t>(proof_.nodes.size()));
    if (added) {
      ProofNode node;
      node.fact = search_.FactOf(fact);
      node.steps = choose_(fact).steps;
      Add(std::move(node), fact);
    }
    return at->second;
  }

  uint32_t Add(ProofNode node, std::optional<FactNumber> fact) {
    proof_.nodes.push_back(std::move(node));
    facts_.push_back(fact);
    return static_cast<uint32_t>(proof_.nodes.size() - 1);
  }

  // The node for `leaf`, shared between all that use an equal one.
  uint32_t LeafOf(ProofNode leaf, const std::string& key) {
    const auto [at, added] = by_text_.emplace(key, static_cast<uint32_t>(proof_.nodes.size()));
    if (added) Add(std::move(leaf), std::nullopt);
    return at->second;
  }

  void Cut(uint32_t node, std::string why) {
    proof_.nodes[node].kind = ProofNode::Kind::kCut;
    proof_.nodes[node].text = std::move(why);
    proof_.complete = false;
  }

  // Looking up what an aggregate rests on takes from the budget as well.
  absl::Status CutOff(uint32_t node, const absl::Status& spent) {
    proof_.nodes[node].rule.reset();
    proof_.nodes[node].bindings.clear();
    Cut(node, std::string(spent.message()));
    return absl::OkStatus();
  }

  absl::Status Fill(uint32_t node, FactNumber fact) {
    const Choice choice = choose_(fact);
    if (choice.instance == nullptr) {
      if (!choice.cut.empty()) Cut(node, choice.cut);
      return absl::OkStatus();
    }
    const RuleInstance& instance = *choice.instance;
    if (proof_.nodes.size() + instance.premises.size() + 1 > options_.nodes_max) {
      Cut(node, absl::StrCat("a proof has at most ", options_.nodes_max, " nodes"));
      return absl::OkStatus();
    }
    proof_.nodes[node].kind = ProofNode::Kind::kDerived;
    std::vector<uint32_t> premises;
    if (instance.rule == RuleInstance::kClosure) {
      for (const FactNumber premise : instance.premises) premises.push_back(NodeOf(premise));
    } else {
      proof_.nodes[node].rule = instance.rule;
      const absl::Status filled = FillByRule(node, instance, &premises);
      if (absl::IsResourceExhausted(filled) || absl::IsDeadlineExceeded(filled)) {
        return CutOff(node, filled);
      }
      RETURN_IF_ERROR(filled);
    }
    proof_.nodes[node].premises = std::move(premises);
    return absl::OkStatus();
  }

  absl::Status FillByRule(uint32_t node, const RuleInstance& instance,
                          std::vector<uint32_t>* premises) {
    const Rule& rule = program_.rules[instance.rule];
    const std::vector<std::optional<Value>> values = ValuesOf(rule, instance.binding);
    const TermWriter writer(program_, model_.interning(), rule, values);
    for (uint32_t v = 0; v < rule.variables.size(); ++v) {
      if (rule.variables[v].empty() || !values[v].has_value()) continue;
      proof_.nodes[node].bindings.emplace_back(rule.variables[v], writer.VariableText(v));
    }
    for (uint32_t i = 0; i < rule.body.size(); ++i) {
      if (IsRenaming(rule.body[i], rule)) continue;
      ASSIGN_OR_RETURN(const uint32_t premise, PremiseOf(instance, i, writer, values));
      premises->push_back(premise);
    }
    return absl::OkStatus();
  }

  // By variable: its value; none for variables that only stand inside aggregates.
  static std::vector<std::optional<Value>> ValuesOf(const Rule& rule, const Binding& binding) {
    std::vector<std::optional<Value>> values(binding.size());
    for (const Literal& literal : rule.body) {
      for (const uint32_t variable : VariablesOf(literal))
        values[variable] = Value(binding[variable]);
    }
    return values;
  }

  absl::StatusOr<uint32_t> PremiseOf(const RuleInstance& instance, uint32_t index,
                                     const TermWriter& writer,
                                     const std::vector<std::optional<Value>>& values) {
    const Literal& literal = program_.rules[instance.rule].body[index];
    ProofNode leaf;
    switch (literal.kind) {
      case Literal::Kind::kAtom: {
        std::optional<FactNumber> more;
        ASSIGN_OR_RETURN(const auto premises,
                         search_.PremisesOf(instance.rule, index, instance.binding, &more));
        return NodeOf(premises.front());
      }
      case Literal::Kind::kAggregate:
        return AggregateNode(instance, index, writer);
      case Literal::Kind::kNegation:
        return AbsenceNode(literal.atom, values);
      case Literal::Kind::kConstraint:
        leaf.text = writer.Constraint(literal);
        break;
      case Literal::Kind::kRange:
        leaf.text = writer.Range(literal);
        break;
    }
    leaf.kind = ProofNode::Kind::kConstraint;
    const std::string key = leaf.text;
    return LeafOf(std::move(leaf), key);
  }

  uint32_t AbsenceNode(const Atom& atom, const std::vector<std::optional<Value>>& values) {
    ProofNode leaf;
    leaf.kind = ProofNode::Kind::kAbsence;
    leaf.fact.predicate = atom.predicate;
    std::string key = absl::StrCat("!", Index(atom.predicate));
    for (const Term& argument : atom.arguments) {
      const bool bound = argument.kind != Term::Kind::kWildcard;
      Value value;
      if (bound)
        value =
            argument.kind == Term::Kind::kConstant ? argument.constant : *values[argument.variable];
      leaf.bound.push_back(bound);
      leaf.fact.values.push_back(value);
      absl::StrAppend(&key, " ", bound ? absl::StrCat(value.bits()) : "_");
    }
    return LeafOf(std::move(leaf), key);
  }

  absl::StatusOr<uint32_t> AggregateNode(const RuleInstance& instance, uint32_t index,
                                         const TermWriter& writer) {
    std::optional<FactNumber> more;
    ASSIGN_OR_RETURN(const std::vector<FactNumber> inputs,
                     search_.PremisesOf(instance.rule, index, instance.binding, &more));
    ProofNode aggregate;
    aggregate.kind = ProofNode::Kind::kAggregate;
    aggregate.text = writer.AggregateText(*program_.rules[instance.rule].body[index].aggregate);
    const uint32_t node = Add(std::move(aggregate), std::nullopt);
    std::vector<uint32_t> premises;
    uint64_t steps = 0;
    for (const FactNumber input : inputs) {
      steps += choose_(input).steps;
      premises.push_back(NodeOf(input));
    }
    if (more.has_value()) {
      ProofNode rest;
      rest.fact = search_.FactOf(*more);
      premises.push_back(Add(std::move(rest), std::nullopt));
      Cut(premises.back(), absl::StrCat("an aggregate shows at most ",
                                        options_.aggregate_inputs_max, " of its facts"));
    }
    proof_.nodes[node].premises = std::move(premises);
    proof_.nodes[node].steps = static_cast<uint32_t>(std::min<uint64_t>(steps, UINT32_MAX));
    return node;
  }

  // The nodes in an order in which each stands before its premises: the reverse of the order in
  // which a depth-first walk leaves them. The walk keeps its own stack: proofs can be as deep as a
  // relation is large.
  Proof Sorted() {
    std::vector<uint32_t> left;
    std::vector<bool> seen(proof_.nodes.size());
    std::vector<std::pair<uint32_t, size_t>> stack = {{0, proof_.nodes[0].premises.size()}};
    seen[0] = true;
    while (!stack.empty()) {
      auto& [node, next] = stack.back();
      if (next == 0) {
        left.push_back(node);
        stack.pop_back();
        continue;
      }
      const uint32_t premise = proof_.nodes[node].premises[--next];
      if (seen[premise]) continue;
      seen[premise] = true;
      stack.emplace_back(premise, proof_.nodes[premise].premises.size());
    }
    std::reverse(left.begin(), left.end());
    std::vector<uint32_t> moved(proof_.nodes.size());
    for (uint32_t i = 0; i < left.size(); ++i) moved[left[i]] = i;
    Proof sorted;
    sorted.complete = proof_.complete;
    for (const uint32_t node : left) {
      sorted.nodes.push_back(std::move(proof_.nodes[node]));
      for (uint32_t& premise : sorted.nodes.back().premises) premise = moved[premise];
    }
    return sorted;
  }

  const Model& model_;
  const Program& program_;
  const ExplainOptions& options_;
  const ChooseInstance& choose_;
  ProofSearch& search_;
  Proof proof_;
  std::vector<std::optional<FactNumber>> facts_;  // by node; none for leaves
  absl::flat_hash_map<FactNumber, uint32_t> by_fact_;
  absl::flat_hash_map<std::string, uint32_t> by_text_;
};

}  // namespace

absl::StatusOr<Proof> BuildProof(const Model& model, const ExplainOptions& options, FactNumber root,
                                 const ChooseInstance& choose, ProofSearch* search) {
  return ProofBuilder(model, options, choose, search).Build(root);
}

}  // namespace cartograph::rules
