#include "rules/engine/growing_join.h"

#include <algorithm>

namespace cartograph::rules {
namespace {

void FillKey(const std::vector<Operand>& operands, const Batch& batch, uint32_t row,
             uint32_t* values) {
  for (const Operand& operand : operands) {
    *values++ = operand.is_constant ? operand.value : batch.column(operand.value)[row];
  }
}

}  // namespace

GrowingJoin::GrowingJoin(const GrowingRelation* relation, const GrowingIndex* index,
                         std::vector<Operand> operands, JoinShape shape, RunContext* context)
    : relation_(relation),
      index_(index),
      operands_(std::move(operands)),
      expander_(relation->layout(), std::move(shape), context) {}

absl::Status GrowingJoin::Push(Batch* batch) {
  std::vector<uint32_t> values(operands_.size());
  const uint32_t base = relation_->layout().range(0).base;
  for (uint32_t i = 0; i < batch->rows; ++i) {
    FillKey(operands_, *batch, i, values.data());
    for (uint32_t row = index_->Find(values.data()); row != GrowingIndex::kNone;
         row = index_->Next(row)) {
      if (expander_.full()) RETURN_IF_ERROR(expander_.Drain(*batch, next_));
      expander_.Add(i, relation_->keys()[row] + base, relation_->codes()[row]);
    }
  }
  return expander_.Drain(*batch, next_);
}

GrowingFilter::GrowingFilter(const GrowingIndex* index, std::vector<Operand> operands)
    : index_(index), operands_(std::move(operands)) {}

absl::Status GrowingFilter::Push(Batch* batch) {
  uint32_t keep[kBatchRows];
  uint32_t kept = 0;
  std::vector<uint32_t> values(operands_.size());
  for (uint32_t i = 0; i < batch->rows; ++i) {
    FillKey(operands_, *batch, i, values.data());
    keep[kept] = i;
    kept += index_->Find(values.data()) != GrowingIndex::kNone ? 1 : 0;
  }
  batch->Keep(keep, kept);
  return kept == 0 ? absl::OkStatus() : next_->Push(batch);
}

DeltaScan::DeltaScan(const GrowingRelation* relation, JoinShape shape, RunContext* context)
    : relation_(relation), expander_(relation->layout(), std::move(shape), context) {}

absl::Status DeltaScan::Push(Batch* batch) {
  for (uint32_t from = 0; from < batch->rows; ++from) RETURN_IF_ERROR(AddDelta(*batch, from));
  return expander_.Drain(*batch, next_);
}

absl::Status DeltaScan::AddDelta(const Batch& batch, uint32_t from) {
  const uint32_t base = relation_->layout().range(0).base;
  const uint32_t end = relation_->visible();
  for (uint32_t row = relation_->delta_begin(); row < end;) {
    if (expander_.full()) RETURN_IF_ERROR(expander_.Drain(batch, next_));
    const uint32_t stop = row + std::min(end - row, expander_.room());
    uint32_t count = 0;
    for (; row < stop; ++row) {
      if (relation_->IsRemoved(row)) continue;
      expander_.from()[count] = from;
      expander_.keys()[count] = relation_->keys()[row] + base;
      expander_.codes()[count++] = relation_->codes()[row];
    }
    expander_.Advance(count);
  }
  return absl::OkStatus();
}

}  // namespace cartograph::rules
