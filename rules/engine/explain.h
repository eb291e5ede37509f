// Explain: why a fact holds, rebuilt from the model on demand.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/budget.h"
#include "rules/facts/fact.h"
#include "rules/facts/model.h"

namespace cartograph::rules {

// One step of a proof.
struct ProofNode {
  enum class Kind : uint8_t {
    kGiven,       // a base fact, or a fact of the program text
    kDerived,     // by `rule` from `premises`
    kAbsence,     // no fact matches `fact` where `bound` says so; sound: its stratum is complete
    kAggregate,   // `text` over the contributing facts in `premises`
    kConstraint,  // `text`, with the values put in
    kCut,         // the budget ended here; `fact` holds but is not explained
  };
  Kind kind = Kind::kGiven;
  Fact fact;                     // kGiven, kDerived, kAbsence (with `bound`), kCut
  std::vector<bool> bound;       // kAbsence: the columns that are fixed
  std::optional<uint32_t> rule;  // kDerived: index in Program::rules; none for a closure
  // kDerived: names and values, as text, of the rule's variables.
  std::vector<std::pair<std::string, std::string>> bindings;
  // Indexes of nodes, in order of the rule's body. Equalities by which the compiler names a value
  // of its own (of an aggregate, say) have none. Without a rule: pairs of an equivalence relation
  // that the fact follows from.
  std::vector<uint32_t> premises;
  std::string text;    // kConstraint, kAggregate: as written, values put in; kCut: why
  uint32_t steps = 0;  // rule applications below and including this node, shared ones once a use
};

// A proof is a DAG: equal sub-proofs are one node. Node 0 is the root; premises have higher indexes
// than their user.
struct Proof {
  std::vector<ProofNode> nodes;
  bool complete = true;  // false when a node is kCut
};

struct SupportOptions {
  size_t sets_max = 0;            // wanted; 0 for none
  size_t sets_per_fact_max = 64;  // kept of each fact on the way, the smallest ones
  size_t facts_max = 10'000;      // that the proofs may go through
};

struct ExplainOptions {
  size_t nodes_max = 10'000;           // of a proof: what a reader can be sent in one message
  size_t aggregate_inputs_max = 1000;  // facts shown of one aggregate; more of them is a kCut node
  size_t alternatives_max = 0;         // proofs beside the best
  SupportOptions supports;
};

struct Explanation {
  // Fewest steps, then the rule written first, then the smallest facts by text. Canonical: it does
  // not depend on how the model came about. Where the budget ends the search, what is known by
  // then, with a kCut node where it ends.
  Proof proof;
  // The best proofs within each of the supports, as far as they differ from `proof`; fewer steps
  // first.
  std::vector<Proof> alternatives;
  // Minimal sets of base facts (of facts of the program text too) that the fact rests on, given
  // what is absent; smaller ones first, then by text.
  std::vector<std::vector<Fact>> supports;
  bool supports_complete = true;  // `supports` are all, and the alternatives could not be more
};

// Why `fact` holds. A fact that is both given and derived has the given leaf as its best proof and
// the derivations among the alternatives.
//
// Errors: NOT_FOUND when the model does not contain `fact`; what Budget::Check returns, but for
// a limit that was reached, which cuts the proof.
absl::StatusOr<Explanation> Explain(const Model& model, const Fact& fact,
                                    const ExplainOptions& options, base::Budget* budget);

}  // namespace cartograph::rules
