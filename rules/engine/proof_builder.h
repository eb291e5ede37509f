// ProofBuilder: turns chosen rule instances into the nodes of a proof.

#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "rules/engine/explain.h"
#include "rules/engine/proof_search.h"

namespace cartograph::rules {

// How a proof proves one fact.
struct Choice {
  const RuleInstance* instance = nullptr;  // null for a fact that is a leaf
  std::string cut;                         // of a leaf that is not given: why it is not proved
  uint32_t steps = 0;
};
using ChooseInstance = std::function<Choice(FactNumber)>;

// The proof of `root` by the instances that `choose` gives. Nodes are made from the root outward,
// so that a proof that is too large loses what is farthest from the fact.
//
// REQUIRES: no chosen instance rests on its own fact, however indirectly.
absl::StatusOr<Proof> BuildProof(const Model& model, const ExplainOptions& options, FactNumber root,
                                 const ChooseInstance& choose, ProofSearch* search);

}  // namespace cartograph::rules
