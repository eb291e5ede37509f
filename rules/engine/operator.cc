#include "rules/engine/operator.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace cartograph::rules {
namespace {

bool Has(const std::vector<Slot>& slots, Slot slot) {
  return std::find(slots.begin(), slots.end(), slot) != slots.end();
}

}  // namespace

Expander::Expander(const Layout& layout, JoinShape shape, RunContext* context)
    : layout_(layout),
      shape_(std::move(shape)),
      context_(context),
      out_(shape_.slots, shape_.live_out) {
  for (const Slot slot : shape_.live_in) {
    if (Has(shape_.live_out, slot)) carried_.push_back(slot);
  }
  for (const ColumnCheck& check : shape_.checks) {
    CHECK(check.operand.is_constant || Has(shape_.live_out, check.operand.value));
  }
}

void Expander::Decode(uint32_t position, uint32_t* values) const {
  if (position == 0) {
    std::copy(keys_, keys_ + count_, values);
    return;
  }
  if (position >= layout_.tail_begin()) {
    for (uint32_t i = 0; i < count_; ++i) values[i] = layout_.Decode(codes_[i], position).bits();
    return;
  }
  const Layout::Field& field = layout_.field(position);
  const uint64_t mask = (uint64_t{1} << field.bits) - 1;
  for (uint32_t i = 0; i < count_; ++i) {
    values[i] = static_cast<uint32_t>(codes_[i] >> field.shift & mask) + field.base;
  }
}

absl::Status Expander::Drain(const Batch& in, Operator* next) {
  if (count_ == 0) return absl::OkStatus();
  const uint32_t begin = out_.rows;
  for (const Slot slot : carried_) {
    const uint32_t* source = in.column(slot);
    uint32_t* target = out_.column(slot) + begin;
    for (uint32_t i = 0; i < count_; ++i) target[i] = source[from_[i]];
  }
  for (const ColumnOutput& output : shape_.outputs)
    Decode(output.position, out_.column(output.slot) + begin);
  probes_ += count_;
  for (const ColumnCheck& check : shape_.checks) Check(check, begin);
  out_.rows += count_;
  count_ = 0;
  if (out_.rows == kBatchRows) return PassOn(next);
  // Pairs that fail their checks are work too.
  if (probes_ < kBatchRows) return absl::OkStatus();
  const uint64_t probes = std::exchange(probes_, 0);
  return context_->Spend(probes);
}

void Expander::Check(const ColumnCheck& check, uint32_t begin) {
  uint32_t values[kBatchRows];
  Decode(check.position, values);
  const uint32_t* wanted =
      check.operand.is_constant ? nullptr : out_.column(check.operand.value) + begin;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count_; ++i) {
    if (values[i] != (wanted == nullptr ? check.operand.value : wanted[i])) continue;
    for (const Slot slot : shape_.live_out) {
      out_.column(slot)[begin + kept] = out_.column(slot)[begin + i];
    }
    keys_[kept] = keys_[i];
    codes_[kept++] = codes_[i];
  }
  count_ = kept;
}

absl::Status Expander::PassOn(Operator* next) {
  RETURN_IF_ERROR(context_->Spend(std::exchange(probes_, 0)));
  absl::Status status = next->Push(&out_);
  out_.rows = 0;
  return status;
}

absl::Status Expander::Flush(Operator* next) {
  if (out_.rows > 0) RETURN_IF_ERROR(PassOn(next));
  return next->Flush();
}

}  // namespace cartograph::rules
