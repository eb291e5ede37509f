// Steps that need no relation: constraints, bindings, records taken apart, ranges.

#pragma once

#include <memory>
#include <vector>

#include "rules/analysis/program.h"
#include "rules/engine/expression.h"
#include "rules/engine/operator.h"

namespace cartograph::rules {

// Keeps the rows for which `left` `comparison` `right` holds.
class CompareFilter : public Operator {
 public:
  CompareFilter(Comparison comparison, const Term& left, const Term& right, RunContext* context);
  absl::Status Push(Batch* batch) override;

 private:
  absl::Status Select(const Batch& batch, const uint32_t* left, const uint32_t* right,
                      uint32_t* keep, uint32_t* kept);
  absl::Status SelectMatching(const Batch& batch, const uint32_t* left, const uint32_t* right,
                              uint32_t* keep, uint32_t* kept);
  // Whether `text` matches all of `pattern`; INVALID_ARGUMENT for a pattern that is no regular
  // expression.
  absl::Status Match(absl::string_view pattern, absl::string_view text, bool* matches);

  Comparison comparison_;
  ValueKind kind_;
  RunContext* context_;
  Expression left_;
  Expression right_;
};

// Sets `slot` to the value of a term.
class Assignment : public Operator {
 public:
  Assignment(Slot slot, const Term& term, RunContext* context);
  absl::Status Push(Batch* batch) override;

 private:
  Slot slot_;
  Expression term_;
};

// Takes the record in `slot` apart: field i goes to targets[i] or must equal checks there. Rows
// whose record is nil, is of another branch, or differs in a checked field, are dropped.
class Unpack : public Operator {
 public:
  // One field of the pattern. A field that is neither bound nor compared has neither.
  struct Field {
    std::optional<Slot> target;
    std::optional<Operand> check;
  };
  Unpack(Slot slot, std::vector<Field> fields, RunContext* context);
  absl::Status Push(Batch* batch) override;

 private:
  bool Take(Batch* batch, uint32_t row) const;

  Slot slot_;
  std::vector<Field> fields_;
  RunContext* context_;
};

// Each incoming row with each value of range(from, to[, step]), as Soufflé counts: from is in, to
// is out; without a step it counts towards `to`; a step of 0 gives `from` alone, unless the range
// is empty.
class RangeJoin : public Operator {
 public:
  RangeJoin(const Literal& literal, ValueKind kind, JoinShape shape, RunContext* context);
  absl::Status Push(Batch* batch) override;
  absl::Status Flush() override { return expander_.Flush(next_); }

 private:
  absl::Status AddAll(const Batch& batch, uint32_t row);

  ValueKind kind_;
  std::vector<std::unique_ptr<Expression>> terms_;
  std::vector<const uint32_t*> inputs_;
  Expander expander_;
};

}  // namespace cartograph::rules
