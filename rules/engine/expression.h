// Expression: a term compiled for evaluation over a batch.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "rules/analysis/program.h"
#include "rules/engine/batch.h"
#include "rules/engine/run_context.h"

namespace cartograph::rules {

// Evaluates a term for all rows of a batch, one functor at a time over whole columns.
class Expression {
 public:
  // REQUIRES: every variable of `term` is live in the batches to come; no wildcards.
  Expression(const Term& term, RunContext* context);
  ~Expression();

  // Points `values` at one value a row; valid until the next call.
  // Errors: INVALID_ARGUMENT for a division by zero, or to_number of text that is not a number.
  absl::Status Evaluate(const Batch& batch, const uint32_t** values);

 private:
  absl::Status Call(const Batch& batch);
  absl::Status Binary(const Batch& batch);
  absl::Status Convert(const Batch& batch);
  absl::Status FromSymbol(uint32_t rows);
  void Symbols(uint32_t rows);
  void Records(uint32_t rows);
  uint32_t SymbolResult(uint32_t row) const;

  const Term& term() const { return term_; }

  Term term_;
  RunContext* context_;
  std::vector<std::unique_ptr<Expression>> arguments_;
  std::vector<const uint32_t*> inputs_;  // of the arguments, for the current batch
  std::unique_ptr<uint32_t[]> result_;   // null for a variable
};

// Whether evaluating `term` can fail for some values.
bool CanFail(const Term& term);

// Compares two values of `kind`. Symbols compare by their bytes, floats as numbers do; NaN equals
// nothing. REQUIRES: `comparison` is one of the six orders.
bool Compare(Comparison comparison, ValueKind kind, uint32_t left, uint32_t right,
             const Interning& interning);

}  // namespace cartograph::rules
