// AskAdHoc: a question as rule text over a model, evaluated within a budget and forgotten.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/budget.h"
#include "rules/compile.h"
#include "rules/facts/model.h"

namespace cartograph::kb {

struct AdHocQuestion {
  std::string rules;  // may use every relation of the model; what it does not declare is declared
                      // from its use
  std::string predicate = "answer";
  size_t rows_max = 10'000;
};

// Members refer to what stands above them, and to the model asked, which must outlive this.
struct AdHocAnswer {
  rules::CompileResult compiled;
  std::shared_ptr<rules::Interning> overlay;
  std::shared_ptr<const rules::Model> model;  // null exactly when `compiled` holds an error
  rules::PredicateId predicate{};
  std::vector<rules::Tuple> rows;  // ordered by their columns
};

// Errors: INVALID_ARGUMENT when the rules do not have the predicate; RESOURCE_EXHAUSTED when there
// are more than rows_max rows; what EvaluateOver returns. Mistakes in the rules are diagnostics of
// `compiled`.
absl::StatusOr<AdHocAnswer> AskAdHoc(const rules::Model& model, const AdHocQuestion& question,
                                     base::Budget* budget);

}  // namespace cartograph::kb
