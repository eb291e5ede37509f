// An independent checker of proofs: every node against the rules and the model, by unification and
// plain loops. It shares the form of programs and models with the engine, and none of its planning,
// searching or arithmetic.

#pragma once

#include "absl/status/status.h"
#include "rules/engine/explain.h"

namespace cartograph::rules {

// OK when `proof` proves `fact` in `model`:
//   - the root is the fact; premises come after their users; every node is used; no fact stands in
//   two nodes;
//   - given facts are given, derived ones follow by their rule from their premises, in the order of
//   its body;
//   - absent facts are absent, constraints hold, aggregates have their value and rest on the facts
//   they should;
//   - steps add up, and `complete` says whether something was cut.
// Else an INTERNAL status that says which node is wrong and why.
absl::Status CheckProof(const Proof& proof, const Fact& fact, const Model& model);

}  // namespace cartograph::rules
