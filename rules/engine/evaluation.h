// The evaluation behind Evaluate, EvaluateOver and Maintain: all strata in order, reusing what
// cannot have changed.

#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "base/budget.h"
#include "rules/engine/profile.h"
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
  // A model of the same program to reuse relations of, and by predicate whether `given` differs
  // from what it was evaluated from. Null, or empty, for none.
  const Model* previous = nullptr;
  std::vector<bool> changed;
  int threads = 1;  // see EvaluateOptions
  Profile* profile = nullptr;
};

// Errors: as Evaluate.
absl::StatusOr<std::shared_ptr<const Model>> RunEvaluation(EvaluationInput input,
                                                           base::Budget* budget);

}  // namespace cartograph::rules
