// Aggregates: count, sum, min, max and mean over the bindings of a body.

#pragma once

#include <memory>
#include <vector>

#include "rules/engine/expression.h"
#include "rules/engine/operator.h"
#include "rules/engine/tuple_map.h"

namespace cartograph::rules {

class Pipeline;

// The end of an aggregate's own pipeline: one accumulator a group.
class Accumulators : public Operator {
 public:
  // `group_slot` holds the number of the group that a row belongs to.
  Accumulators(const Aggregate& aggregate, Slot group_slot, RunContext* context);
  Slot group_slot() const { return group_slot_; }
  absl::Status Push(Batch* batch) override;
  absl::Status Flush() override { return absl::OkStatus(); }

  // Makes room for groups up to `count`, without forgetting.
  void Reserve(uint32_t count);
  void Clear();
  // The value of `group`; false when it has none: min, max and mean of nothing.
  bool ValueOf(uint32_t group, uint32_t* value) const;

 private:
  template <typename Less>
  void AddExtremes(const uint32_t* groups, const uint32_t* values, uint32_t rows, const Less& less);
  void AddSums(const uint32_t* groups, const uint32_t* values, uint32_t rows);

  AggregateOp op_;
  ValueKind kind_;
  Slot group_slot_;
  std::unique_ptr<Expression> target_;  // null for count
  std::vector<uint32_t> values_;        // so far, by group
  std::vector<uint32_t> counts_;
};

// Binds the aggregate's result for each incoming row.
//
// Rows that agree on the outer variables form a group; each group is evaluated once, many groups in
// one run of the body's pipeline, and its value is kept for later rows while that is found to help.
class AggregateStep : public Operator {
 public:
  // `body`: a pipeline that starts from the outer slots and the group slot and ends in
  // `accumulators`. `result` is where the value goes, nothing when no later step reads it; if it
  // `is_bound` already, the value must equal it.
  AggregateStep(const Aggregate& aggregate, std::unique_ptr<Pipeline> body,
                Accumulators* accumulators, std::optional<Slot> result, bool is_bound);
  ~AggregateStep() override;
  absl::Status Push(Batch* batch) override;
  void Restart() override;

 private:
  // Gives each row its group in groups_, and evaluates those seen for the first time.
  absl::Status FindGroups(const Batch& batch);
  // Makes each row a group of its own.
  absl::Status EvaluateEach(const Batch& batch);
  void Forget();

  std::vector<Slot> outer_;
  std::unique_ptr<Pipeline> body_;
  Accumulators* accumulators_;
  std::optional<Slot> result_;
  bool is_bound_;
  TupleMap known_;
  bool known_is_useful_ = true;
  uint64_t rows_ = 0;   // looked up in known_
  uint64_t found_ = 0;  // that were there
  uint32_t groups_[kBatchRows];
};

}  // namespace cartograph::rules
