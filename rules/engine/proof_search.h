// ProofSearch: the fewest rule applications that prove a fact.
//
// The simple explanation: facts are nodes; a rule instance leads from its premises to its head and
// costs 1 plus the costs of its premises, repeats included; given facts cost 0. The cost of a fact
// is the least over its instances. Costs only grow towards heads, so the cheapest open fact is
// always final (Knuth's generalisation of Dijkstra's algorithm), and the best instance of a fact
// never rests on the fact itself: proofs are acyclic by construction.
//
// What it leaves out: a model has far too many instances to look at. The search works backward from
// the fact under a limit on its cost. A fact that may cost at most r is expanded into its
// instances; an instance counts only if 1 plus lower bounds of its premises stays within r, which
// leaves each premise a smaller r of its own. Lower bounds are 0 for given facts, else the height
// in the fact's origin (no proof has fewer steps than the round in which the fact was derived). If
// the limit turns out too low, the facts expanded in vain have learned a higher bound, and the
// search starts again with the next limit, keeping instances and final costs.
//
// Knuth, "A generalization of Dijkstra's algorithm", Information Processing Letters 6 (1977).

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/budget.h"
#include "rules/engine/rule_instances.h"
#include "rules/engine/tuple_map.h"
#include "rules/facts/model.h"

namespace cartograph::rules {

// Numbers the facts that a search meets.
using FactNumber = uint32_t;

// One way to derive a fact.
struct RuleInstance {
  static constexpr uint32_t kClosure = UINT32_MAX;  // of an equivalence relation

  uint32_t rule = 0;
  Binding binding;  // empty for kClosure
  std::vector<FactNumber>
      premises;      // of the atoms in order of the body, an aggregate's inputs in its place
  bool cut = false;  // an aggregate has more inputs than were taken
};

class ProofSearch {
 public:
  // `aggregate_inputs_max`: contributing facts of one aggregate that are taken as premises.
  ProofSearch(const Model& model, size_t aggregate_inputs_max, base::Budget* budget);

  FactNumber NumberOf(PredicateId predicate, TupleView values);
  Fact FactOf(FactNumber number) const;
  std::string TextOf(FactNumber number) const;

  // Finds the cost of `fact` and of everything its best proofs rest on; false when the facts that
  // it was derived from are gone (subsumed), so that it has no proof. REQUIRES: the model contains
  // it.
  absl::StatusOr<bool> Run(FactNumber fact);

  // After Run. Rule applications in the best proof, saturating.
  uint32_t CostOf(FactNumber fact) const;
  bool IsGiven(FactNumber fact) const { return nodes_[fact].given; }
  // The best instance of a fact that is not given: the rule written first, then the smallest
  // premises by text, then the smallest values.
  const RuleInstance& BestInstanceOf(FactNumber fact);

  // An instance of an expanded fact all of whose premises were derived before it; null when none is
  // known. Following these never leads back.
  const RuleInstance* EarlierInstanceOf(FactNumber fact);

  // Finds all instances of `fact`, once.
  absl::Status Expand(FactNumber fact);
  // Those that Expand found.
  const std::vector<RuleInstance>& InstancesOf(FactNumber fact) const {
    return nodes_[fact].instances;
  }
  // The order between instances of equal cost.
  bool IsBetter(const RuleInstance& a, const RuleInstance& b);
  // As TextOf, made once. Valid until the next fact is met.
  const std::string& CachedText(FactNumber number);

  // The premises that body literal `literal` contributes under `binding`: the fact of an atom, or
  // the facts that an aggregate rests on (for min and max those that attain it), sorted by text;
  // more than the maximum are left out, and
  // `*more` is the first of those.
  absl::StatusOr<std::vector<FactNumber>> PremisesOf(uint32_t rule, uint32_t literal,
                                                     const Binding& binding,
                                                     std::optional<FactNumber>* more);

 private:
  using Cost = uint64_t;
  static constexpr Cost kUnknown = UINT64_MAX;
  static constexpr Cost kCostMax = UINT32_MAX;

  struct Node {
    PredicateId predicate{};
    uint32_t tuple = 0;  // in tuples_[predicate]
    bool given = false;
    bool expanded = false;  // instances are there
    Cost cost = kUnknown;   // final
    Cost lower = 0;
    Cost allowed = 0;   // in the current pass
    uint32_t pass = 0;  // the pass that `allowed` belongs to
    std::vector<RuleInstance> instances;
  };
  // Where a fact is a premise, in the current pass.
  struct Use {
    FactNumber head;
    uint32_t instance;  // in pending_
  };
  // An instance with premises whose cost is not final yet.
  struct Pending {
    uint32_t open = 0;
    Cost sum = 1;
  };

  absl::Status ExpandByRule(FactNumber fact, uint32_t rule);
  void ExpandByClosure(FactNumber fact);
  Cost LowerBoundOf(const RuleInstance& instance) const;
  // One pass under `limit`; raises *next to the least limit that could do more.
  absl::Status Pass(FactNumber root, Cost limit, Cost* next);
  absl::Status Spread(FactNumber root, Cost limit, Cost* next);
  void Settle(FactNumber root, Cost limit, Cost* next);
  // Whether any proof exists. Only where facts are subsumed may there be none.
  absl::StatusOr<bool> IsProvable(FactNumber root);

  const Model& model_;
  const size_t aggregate_inputs_max_;
  base::Budget* budget_;
  RuleInstances instances_;
  std::vector<std::vector<uint32_t>> rules_of_;   // by predicate
  std::vector<bool> bounded_;                     // by predicate: heights are lower bounds
  std::vector<uint32_t> strata_;                  // by predicate
  std::vector<TupleMap> tuples_;                  // by predicate
  std::vector<std::vector<FactNumber>> numbers_;  // by predicate and tuple
  std::vector<Node> nodes_;
  std::vector<std::string> texts_;
  uint32_t pass_ = 0;
  std::vector<FactNumber> spread_;  // facts expanded in this pass
};

}  // namespace cartograph::rules
