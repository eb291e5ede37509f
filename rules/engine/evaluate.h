// Evaluate: a program and given facts in, the whole model out, by semi-naive evaluation stratum by
// stratum.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/budget.h"
#include "rules/analysis/program.h"
#include "rules/engine/profile.h"
#include "rules/facts/fact.h"
#include "rules/facts/model.h"

namespace cartograph::rules {

// Rows of one relation, row-major: `values.size()` is a multiple of the arity. Repeats are allowed.
// An arity of 0 holds its single row when `present`.
struct Rows {
  PredicateId predicate{};
  std::vector<Value> values;
  bool present = false;
};

struct EvaluateOptions {
  // At most so many threads work at once on the parts of a stratum; facts do not depend on it.
  int threads = 1;
  Profile* profile = nullptr;  // where to note what each rule took, or null
};

// The model of `program` over `given` and the program's own facts.
//
// Errors: what Budget::Check returns, naming the rule and its stratum; INVALID_ARGUMENT for an
// error in arithmetic (division by zero, to_number of text that is not a number), naming the rule.
absl::StatusOr<std::shared_ptr<const Model>> Evaluate(std::shared_ptr<const Program> program,
                                                      std::vector<Rows> given, base::Budget* budget,
                                                      const EvaluateOptions& options = {});

// As Evaluate, for a program compiled with CompileOptions::given = &model.program(): the relations
// of `model` are taken as they are and only what the new text defines is evaluated. New values go
// to `overlay`, made over the model's interning.
absl::StatusOr<std::shared_ptr<const Model>> EvaluateOver(const Model& model,
                                                          std::shared_ptr<const Program> program,
                                                          std::shared_ptr<Interning> overlay,
                                                          base::Budget* budget);

}  // namespace cartograph::rules
