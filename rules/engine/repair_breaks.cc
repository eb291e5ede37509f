#include "rules/engine/repair_breaks.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/status.h"
#include "rules/engine/explain.h"
#include "rules/engine/repair_trials.h"

namespace cartograph::rules {
namespace {

// Supports of a fact that stands in the way: more of them leave no small repair.
constexpr size_t kSupportsMax = 16;

}  // namespace

bool RepairBreaks::RestsOnAbsence(PredicateId predicate) {
  std::optional<bool>& known = rests_[Index(predicate)];
  if (known.has_value()) return *known;
  known = false;  // of what is recursive, while it is looked at
  bool rests = false;
  for (const Rule& rule : program_.rules) {
    rests = rests || (rule.head.predicate == predicate && ReadsAbsence(rule));
  }
  // What was found false on the way may have looked at this one too early.
  if (rests) {
    std::replace(rests_.begin(), rests_.end(), std::optional(false), std::optional<bool>());
  }
  rests_[Index(predicate)] = rests;
  return rests;
}

bool RepairBreaks::ReadsAbsence(const Rule& rule) {
  return std::any_of(rule.body.begin(), rule.body.end(), [&](const Literal& literal) {
    return literal.kind == Literal::Kind::kNegation || literal.kind == Literal::Kind::kAggregate ||
           (literal.kind == Literal::Kind::kAtom && RestsOnAbsence(literal.atom.predicate));
  });
}

absl::StatusOr<Breaks> RepairBreaks::Of(const Fact& fact, const RepairWorld& world) {
  ASSIGN_OR_RETURN(const Explanation explanation, Explain(world.model, fact, {}, budget_));
  Breaks breaks;
  for (const ProofNode& node : explanation.proof.nodes) {
    switch (node.kind) {
      case ProofNode::Kind::kGiven:
        if (MayRemove(node.fact, world)) breaks.remove.push_back(node.fact);
        break;
      case ProofNode::Kind::kAbsence: {
        const Rule* rule = RuleFor(node.fact, node.bound);
        breaks.fulfil.push_back({rule, &rule->body[0], 0, 0, nullptr});
        break;
      }
      case ProofNode::Kind::kAggregate:
      case ProofNode::Kind::kCut:
        result_->complete = false;
        break;
      default:
        break;
    }
  }
  return breaks;
}

bool RepairBreaks::MayRemove(const Fact& fact, const RepairWorld& world) const {
  const bool supposed =
      std::find(world.added.begin(), world.added.end(), fact) != world.added.end();
  return !supposed && !fact.values.empty() && WritableIn(options_, fact.predicate).remove;
}

absl::StatusOr<std::optional<Hits>> RepairBreaks::AllOf(const Fact& fact, RepairWorld* world) {
  SupportOptions options;
  options.sets_max = kSupportsMax;
  Supports found(&world->proofs, options, budget_);
  RETURN_IF_ERROR(found.Find(world->proofs.NumberOf(fact.predicate, fact.values)));
  if (!found.complete()) {
    result_->complete = false;
    return std::optional<Hits>();
  }
  Hits hits;
  for (const Support& support : found.sets()) {
    hits.push_back(Removable(support, *world));
    if (hits.back().empty()) return std::optional<Hits>();
  }
  return hits;
}

// One fact for each thing that the support's facts are about: all of them fall together.
std::vector<Fact> RepairBreaks::Removable(const Support& support, const RepairWorld& world) const {
  std::map<std::string, Fact> by_thing;
  for (const FactNumber number : support) {
    Fact fact = world.proofs.FactOf(number);
    if (!MayRemove(fact, world)) continue;
    const std::string thing =
        ToText({fact.predicate, {fact.values[0]}}, program_, world.model.interning());
    const std::string name = thing.substr(thing.find('('));
    const auto [at, added] = by_thing.emplace(name, fact);
    if (!added && fact < at->second) at->second = std::move(fact);
  }
  std::vector<Fact> facts;
  facts.reserve(by_thing.size());
  for (auto& [name, fact] : by_thing) facts.push_back(std::move(fact));
  return facts;
}

// A rule whose body is the atom of `fact`, with variables where nothing is bound.
const Rule* RepairBreaks::RuleFor(const Fact& fact, const std::vector<bool>& bound) {
  Rule& rule = rules_.emplace_back();
  Literal literal;
  literal.atom.predicate = fact.predicate;
  for (size_t column = 0; column < bound.size(); ++column) {
    Term term;
    if (bound[column]) {
      term.constant = fact.values[column];
    } else {
      term.kind = Term::Kind::kVariable;
      term.variable = static_cast<uint32_t>(rule.variables.size());
      rule.variables.emplace_back();
    }
    literal.atom.arguments.push_back(std::move(term));
  }
  rule.body.push_back(std::move(literal));
  return &rule;
}

}  // namespace cartograph::rules
