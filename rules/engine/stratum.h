// One stratum's evaluation: preamble, loop, exit, merge.
//
// The simple explanation: facts given are there from the start; rules that read only lower strata
// run once (preamble); then, as long as the last round derived something new, every rule that reads
// the stratum's own predicates runs once for each such atom, with that atom restricted to what the
// last round derived (loop); then the relations are sorted into tables (merge). It leaves out: how
// a rule runs (pipeline.h), subsumption and equivalence relations (closure.h).

#pragma once

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "base/budget.h"
#include "rules/engine/pipeline.h"

namespace cartograph::rules {

// What a stratum is evaluated from.
struct StratumInput {
  const Program* program = nullptr;
  size_t stratum = 0;
  // By predicate: relations of lower strata, and the facts given (null for none). The stratum's own
  // entries of `relations` are filled by the evaluation.
  std::vector<std::shared_ptr<const Relation>>* relations = nullptr;
  const std::vector<std::shared_ptr<const Relation>>* given = nullptr;
  Interning* interning = nullptr;
  base::Budget* budget = nullptr;
};

// Whether the relation of `id` needs evaluation; otherwise it is what is given.
bool IsDerived(const Program& program, const Stratum& stratum, PredicateId id);

// Errors: as Evaluate.
absl::Status EvaluateStratum(const StratumInput& input);

}  // namespace cartograph::rules
