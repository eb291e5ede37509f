// The evaluation behind Evaluate and EvaluateOver: all strata in order.

#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "base/budget.h"
#include "rules/facts/model.h"

namespace cartograph::rules {

struct EvaluationInput {
  std::shared_ptr<const Program> program;
  std::shared_ptr<Interning> interning;
  // By predicate: the facts given, null for none.
  std::vector<std::shared_ptr<const Relation>> given;
  // By predicate: a relation to take as it is, null for none. Strata all of whose predicates have
  // one are not evaluated.
  std::vector<std::shared_ptr<const Relation>> taken;
  int threads = 1;  // see EvaluateOptions
};

// Errors: as Evaluate.
absl::StatusOr<std::shared_ptr<const Model>> RunEvaluation(EvaluationInput input,
                                                           base::Budget* budget);

}  // namespace cartograph::rules
