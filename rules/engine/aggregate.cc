#include "rules/engine/aggregate.h"

#include <algorithm>

#include "rules/engine/arithmetic.h"
#include "rules/engine/pipeline.h"

namespace cartograph::rules {
namespace {

// Groups whose values are kept; beyond that all are forgotten and evaluated anew when they come
// again. 24 MB at most.
constexpr uint32_t kKnownMax = 1 << 20;

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
  for (uint32_t i = 0; i < batch->rows; ++i) Add(groups[i], values[i]);
  return absl::OkStatus();
}

void Accumulators::Add(uint32_t group, uint32_t value) {
  uint32_t& so_far = values_[group];
  const bool first = counts_[group]++ == 0;
  switch (op_) {
    case AggregateOp::kMin:
      if (first || LessThan(kind_, value, so_far)) so_far = value;
      break;
    case AggregateOp::kMax:
      if (first || LessThan(kind_, so_far, value)) so_far = value;
      break;
    default:
      // 0 has the same bits in all kinds, so a sum may start from it.
      so_far = *ApplyBinary(Functor::kAdd, kind_, so_far, value);
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

absl::Status AggregateStep::FindGroups(const Batch& batch) {
  if (known_.size() > kKnownMax) {
    known_.Clear();
    accumulators_->Clear();
  }
  const uint32_t before = known_.size();
  std::vector<uint32_t> values(outer_.size());
  for (uint32_t i = 0; i < batch.rows; ++i) {
    for (size_t o = 0; o < outer_.size(); ++o) values[o] = batch.column(outer_[o])[i];
    groups_[i] = known_.FindOrAdd(values.data());
  }
  if (known_.size() == before) return absl::OkStatus();
  accumulators_->Reserve(known_.size());
  Batch& input = body_->input();
  input.rows = known_.size() - before;
  for (uint32_t i = 0; i < input.rows; ++i) {
    const uint32_t* tuple = known_.tuple(before + i);
    for (size_t o = 0; o < outer_.size(); ++o) input.column(outer_[o])[i] = tuple[o];
    input.column(accumulators_->group_slot())[i] = before + i;
  }
  return body_->Run();
}

}  // namespace cartograph::rules
