// Joins with a relation of the stratum that is being evaluated.

#pragma once

#include <vector>

#include "rules/engine/growing_relation.h"
#include "rules/engine/operator.h"

namespace cartograph::rules {

// Each incoming row with each visible row whose columns at the index's positions equal `operands`.
class GrowingJoin : public Operator {
 public:
  // REQUIRES: an operand for each position of `index`, an index of `relation`.
  GrowingJoin(const GrowingRelation* relation, const GrowingIndex* index,
              std::vector<Operand> operands, JoinShape shape, RunContext* context);
  absl::Status Push(Batch* batch) override;
  absl::Status Flush() override { return expander_.Flush(next_); }

 private:
  const GrowingRelation* relation_;
  const GrowingIndex* index_;
  std::vector<Operand> operands_;
  Expander expander_;
};

// Keeps the incoming rows for which a visible row matches.
class GrowingFilter : public Operator {
 public:
  GrowingFilter(const GrowingIndex* index, std::vector<Operand> operands);
  absl::Status Push(Batch* batch) override;

 private:
  const GrowingIndex* index_;
  std::vector<Operand> operands_;
};

// Each incoming row with each row of the delta.
class DeltaScan : public Operator {
 public:
  DeltaScan(const GrowingRelation* relation, JoinShape shape, RunContext* context);
  absl::Status Push(Batch* batch) override;
  absl::Status Flush() override { return expander_.Flush(next_); }

 private:
  absl::Status AddDelta(const Batch& batch, uint32_t from);

  const GrowingRelation* relation_;
  Expander expander_;
};

}  // namespace cartograph::rules
