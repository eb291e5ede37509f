// Maintain: a delta of base facts in, the next model and the whole delta out.

#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "base/budget.h"
#include "rules/facts/delta.h"
#include "rules/facts/model.h"

namespace cartograph::rules {

struct Maintained {
  std::shared_ptr<const Model> model;
  Delta delta;  // base and derived facts, normalised; no facts of generated predicates
};

// The model after `base_delta` is applied to the given facts of `model`.
//
// Deterministic: depends on no clock, hash order or thread count.
// Errors: as Evaluate; then nothing has changed.
absl::StatusOr<Maintained> Maintain(const Model& model, const Delta& base_delta,
                                    base::Budget* budget);

// The facts by which two models of programs that declare the same predicates differ (predicates are
// matched by name and column kinds; the ids in the result are those of `after`; facts of predicates
// that only `before` has are left out).
Delta Difference(const Model& before, const Model& after);

}  // namespace cartograph::rules
