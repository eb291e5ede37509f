// ProofSteps: a model as one proof: every fact once, with one rule application that gives it.

#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "base/budget.h"
#include "rules/engine/rule_instances.h"
#include "rules/facts/model.h"

namespace cartograph::rules {

// A fact, and what gives it.
struct ProofStep {
  Fact fact;
  // Index in Program::rules; none for a fact that is given, as a base fact or in the program text,
  // and for one that an equivalence relation has by its closure.
  std::optional<uint32_t> rule;
  bool closure = false;
  // By variable of the rule: its value; none for those that only stand inside aggregates.
  std::vector<std::optional<Value>> values;
  // The facts that match the positive atoms of the rule's body, in its order. Of (a, b) in a
  // closure: (b, a); of (a, a) some (a, b); or (a, c) and (c, b).
  std::vector<Fact> premises;
};

// Gives the facts of a model in an order in which premises come before what they give, stratum by
// stratum; those of generated predicates are left out.
//
// The simple explanation: in a stratum without recursion any rule instance will do. In a recursive
// one, facts are taken by height, and an instance is good when its premises were given before. What
// that leaves (heights saturate, and say nothing of facts that were derived again) is settled as in
// topological sorting: an instance counts its missing premises, and is good when they are none.
// As soon as a pair joins two classes of an equivalence relation, all that its closure has of them
// is given.
//
// Cost: each fact's instances are found once, for what is left twice. Memory: the facts of one
// stratum, and the instances of what is left. Thread-safety: none.
class ProofSteps {
 public:
  // Both outlive this.
  ProofSteps(const Model& model, base::Budget* budget);

  // The next fact; nothing after the last. Errors: what Budget::Check returns; FAILED_PRECONDITION
  // for a fact that no rule gives any more, because what it was derived from was subsumed.
  absl::StatusOr<std::optional<ProofStep>> Next();

 private:
  // A fact of the current stratum, to be given.
  struct Due {
    Fact fact;
    Origin origin;
  };
  // Where a fact is missing: in which instance of which fact.
  struct Use {
    uint32_t late = 0;  // index in late_
    uint32_t instance = 0;
  };
  // A fact that waits for others of its stratum.
  struct Late {
    Fact fact;
    std::vector<ProofStep> instances;
    std::vector<uint32_t> missing;  // by instance: premises that were not given yet
  };
  // Of one equivalence relation: the members of each class, by the class of each member.
  struct Classes {
    absl::flat_hash_map<uint32_t, uint32_t> class_of;
    std::vector<std::vector<Value>> members;
  };

  // Takes the facts of the next stratum; false behind the last.
  bool BeginStratum();
  // Nothing when a fact has to wait for others, or all are given that can be.
  absl::StatusOr<std::optional<ProofStep>> NextOfStratum();
  ProofStep NextClosing();
  // The step of the fact that is due next; nothing when it has to wait, or was given.
  absl::StatusOr<std::optional<ProofStep>> NextDue();
  // A step whose premises were all given; nothing when there is none yet.
  absl::StatusOr<std::optional<ProofStep>> GoodStep(const Due& due);
  absl::StatusOr<std::vector<ProofStep>> Instances(const Fact& fact, uint32_t rule);
  bool IsMissing(const Fact& premise) const;
  void Give(const Fact& fact);
  // Adds to closing_ what the closure of an equivalence relation has when it has `pair`.
  void Close(const Fact& pair);
  uint32_t ClassOf(Classes* classes, Value value);
  void AddClosure(const Fact& pair, Value a, Value b, std::vector<Fact> premises);

  // Finds the instances of the facts that are left, and what each is missing.
  absl::Status Prepare(std::vector<Due> left);
  void CountMissing(uint32_t number);
  std::optional<ProofStep> NextLate();

  const Model& model_;
  base::Budget* const budget_;
  RuleInstances instances_;
  std::vector<std::vector<uint32_t>> rules_of_;  // by predicate
  size_t stratum_ = 0;                           // the next
  bool recursive_ = false;                       // the current
  std::vector<Due> due_;                         // in order
  size_t next_ = 0;
  std::vector<Due> left_;
  absl::flat_hash_set<Fact>
      missing_;  // of the current stratum where it is recursive: not given yet

  std::vector<Late> late_;
  absl::flat_hash_map<Fact, std::vector<Use>> uses_;
  std::vector<Use> good_;  // instances that miss nothing

  absl::flat_hash_map<PredicateId, Classes> classes_;  // of the equivalence relations
  std::deque<ProofStep> closing_;                      // to be given before anything else
  absl::flat_hash_set<Fact> closing_facts_;            // those that closing_ has or had
};

}  // namespace cartograph::rules
