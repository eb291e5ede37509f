// Batch: bindings of a rule's variables, column by column.

#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace cartograph::rules {

// Rows that flow through a pipeline together: enough to pay for a virtual call and a budget check,
// few enough that the columns of a step stay in the first- and second-level cache.
inline constexpr uint32_t kBatchRows = 2048;

// The column of a batch that holds a variable: its number in the rule.
using Slot = uint32_t;

// A constant, or the variable in a slot.
struct Operand {
  bool is_constant = true;
  uint32_t value = 0;  // the constant's bits, or the slot

  static Operand Constant(uint32_t bits) { return {true, bits}; }
  static Operand OfSlot(Slot slot) { return {false, slot}; }
};

// Up to kBatchRows bindings. Only the slots that a later step reads have a column.
class Batch {
 public:
  Batch(size_t slots, std::vector<Slot> live) : live_(std::move(live)), columns_(slots) {
    for (const Slot slot : live_) {
      columns_[slot] = std::make_unique_for_overwrite<uint32_t[]>(kBatchRows);
    }
  }

  uint32_t rows = 0;

  const std::vector<Slot>& live() const { return live_; }
  // REQUIRES: `slot` is live.
  uint32_t* column(Slot slot) { return columns_[slot].get(); }
  const uint32_t* column(Slot slot) const { return columns_[slot].get(); }

  // Keeps only rows[i] for i in keep[0, count), ascending.
  void Keep(const uint32_t* keep, uint32_t count) {
    if (count != rows) {
      for (const Slot slot : live_) {
        uint32_t* values = column(slot);
        for (uint32_t i = 0; i < count; ++i) values[i] = values[keep[i]];
      }
    }
    rows = count;
  }

 private:
  std::vector<Slot> live_;
  std::vector<std::unique_ptr<uint32_t[]>> columns_;
};

}  // namespace cartograph::rules
