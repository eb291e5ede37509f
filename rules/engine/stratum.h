// One stratum's evaluation: how its relations are laid out, in which windows it is run, and how the
// results become tables.

#pragma once

#include "absl/status/status.h"
#include "rules/engine/stratum_run.h"

namespace cartograph::rules {

// Whether the relation of `id` needs evaluation; otherwise it is what is given.
bool IsDerived(const Program& program, const Stratum& stratum, PredicateId id);

// Fills the entries of the stratum's predicates in `input.relations`. Errors: as Evaluate.
absl::Status EvaluateStratum(const StratumInput& input);

}  // namespace cartograph::rules
