#include "rules/engine/aggregate.h"

#include <algorithm>

#include "rules/engine/arithmetic.h"
#include "rules/engine/pipeline.h"

namespace cartograph::rules {
namespace {

// Groups whose values are kept; beyond that all are forgotten and evaluated anew when they come
// again. 24 MB at most.
constexpr uint32_t kKnownMax = 1 << 20;
// After so many rows it is known whether groups come again: if fewer than one row in kUsefulShare
// found its group known, each row is a group of its own from then on.
constexpr uint64_t kRowsToJudge = 4 * kBatchRows;
constexpr uint64_t kUsefulShare = 8;

}  // namespace

// ---------------------------------------------------------------------------------------------
// Accumulators

Accumulators::Accumulators(const Aggregate& aggregate, Slot group_slot, RunContext* context)
    : op_(aggregate.op), kind_(aggregate.kind), group_slot_(group_slot) {
  if (aggregate.target.has_value())
    target_ = std::make_unique<Expression>(*aggregate.target, context);
}

absl::Status Accumulators::Push(Batch* batch) {
  const uint32_t* groups = batch->column(group_slot_);
  if (op_ == AggregateOp::kCount) {
    for (uint32_t i = 0; i < batch->rows; ++i) ++counts_[groups[i]];
    return absl::OkStatus();
  }
  const uint32_t* values = nullptr;
  RETURN_IF_ERROR(target_->Evaluate(*batch, &values));
  const bool extreme = op_ == AggregateOp::kMin || op_ == AggregateOp::kMax;
  if (extreme && kind_ == ValueKind::kNumber) {
    AddExtremes(groups, values, batch->rows,
                [](uint32_t a, uint32_t b) { return Value(a).number() < Value(b).number(); });
  } else if (extreme) {
    AddExtremes(groups, values, batch->rows,
                [this](uint32_t a, uint32_t b) { return LessThan(kind_, a, b); });
  } else {
    AddSums(groups, values, batch->rows);
  }
  return absl::OkStatus();
}

template <typename Less>
void Accumulators::AddExtremes(const uint32_t* groups, const uint32_t* values, uint32_t rows,
                               const Less& less) {
  const bool min = op_ == AggregateOp::kMin;
  for (uint32_t i = 0; i < rows; ++i) {
    uint32_t& so_far = values_[groups[i]];
    const bool first = counts_[groups[i]]++ == 0;
    if (first || (min ? less(values[i], so_far) : less(so_far, values[i]))) so_far = values[i];
  }
}

void Accumulators::AddSums(const uint32_t* groups, const uint32_t* values, uint32_t rows) {
  for (uint32_t i = 0; i < rows; ++i) {
    ++counts_[groups[i]];
    // 0 has the same bits in all kinds, so a sum may start from it.
    uint32_t& so_far = values_[groups[i]];
    so_far = *ApplyBinary(Functor::kAdd, kind_, so_far, values[i]);
  }
}

void Accumulators::Reserve(uint32_t count) {
  values_.resize(count);
  counts_.resize(count);
}

void Accumulators::Clear() {
  values_.clear();
  counts_.clear();
}

bool Accumulators::ValueOf(uint32_t group, uint32_t* value) const {
  const uint32_t count = counts_[group];
  switch (op_) {
    case AggregateOp::kCount:
      *value = kind_ == ValueKind::kFloat ? Value::Float(static_cast<float>(count)).bits() : count;
      return true;
    case AggregateOp::kSum:
      *value = values_[group];
      return true;
    case AggregateOp::kMean:
      if (count == 0) return false;
      *value =
          Value::Float(Value(values_[group]).float_number() / static_cast<float>(count)).bits();
      return true;
    default:
      *value = values_[group];
      return count != 0;
  }
}

// --------------------------------------------------------------------------------------------
// AggregateStep

AggregateStep::AggregateStep(const Aggregate& aggregate, std::unique_ptr<Pipeline> body,
                             Accumulators* accumulators, std::optional<Slot> result, bool is_bound)
    : outer_(aggregate.outer),
      body_(std::move(body)),
      accumulators_(accumulators),
      result_(result),
      is_bound_(is_bound),
      known_(aggregate.outer.size()) {}

AggregateStep::~AggregateStep() = default;

absl::Status AggregateStep::Push(Batch* batch) {
  RETURN_IF_ERROR(FindGroups(*batch));
  uint32_t keep[kBatchRows];
  uint32_t kept = 0;
  for (uint32_t i = 0; i < batch->rows; ++i) {
    uint32_t value = 0;
    bool present = accumulators_->ValueOf(groups_[i], &value);
    if (is_bound_) {
      present = present && batch->column(*result_)[i] == value;
    } else if (result_.has_value()) {
      batch->column(*result_)[i] = value;
    }
    keep[kept] = i;
    kept += present ? 1 : 0;
  }
  batch->Keep(keep, kept);
  return kept == 0 ? absl::OkStatus() : next_->Push(batch);
}

void AggregateStep::Forget() {
  known_.Clear();
  accumulators_->Clear();
}

void AggregateStep::Restart() {
  known_ = TupleMap(outer_.size());
  accumulators_->Clear();
  body_->Restart();
}

absl::Status AggregateStep::FindGroups(const Batch& batch) {
  if (!known_is_useful_ || known_.size() > kKnownMax) Forget();
  if (!known_is_useful_) return EvaluateEach(batch);
  const uint32_t before = known_.size();
  std::vector<uint32_t> values(outer_.size());
  for (uint32_t i = 0; i < batch.rows; ++i) {
    for (size_t o = 0; o < outer_.size(); ++o) values[o] = batch.column(outer_[o])[i];
    groups_[i] = known_.FindOrAdd(values.data());
  }
  rows_ += batch.rows;
  found_ += batch.rows - (known_.size() - before);
  known_is_useful_ = rows_ < kRowsToJudge || found_ * kUsefulShare >= rows_;
  if (known_.size() == before) return absl::OkStatus();
  Batch& input = body_->input();
  input.rows = known_.size() - before;
  for (uint32_t i = 0; i < input.rows; ++i) {
    const uint32_t* tuple = known_.tuple(before + i);
    for (size_t o = 0; o < outer_.size(); ++o) input.column(outer_[o])[i] = tuple[o];
    input.column(accumulators_->group_slot())[i] = before + i;
  }
  accumulators_->Reserve(known_.size());
  return body_->Run();
}

absl::Status AggregateStep::EvaluateEach(const Batch& batch) {
  Batch& input = body_->input();
  input.rows = batch.rows;
  uint32_t* groups = input.column(accumulators_->group_slot());
  for (uint32_t i = 0; i < batch.rows; ++i) groups_[i] = groups[i] = i;
  for (const Slot slot : outer_) {
    std::copy_n(batch.column(slot), batch.rows, input.column(slot));
  }
  accumulators_->Reserve(batch.rows);
  return body_->Run();
}

}  // namespace cartograph::rules
