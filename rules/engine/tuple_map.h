// TupleMap: dense numbers for short tuples of values.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cartograph::rules {

// Gives each different tuple of `width` values a number, counting from 0 in order of first sight.
// Flat hash; tuples are kept side by side.
class TupleMap {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  explicit TupleMap(size_t width) : width_(width) {}

  size_t width() const { return width_; }
  uint32_t size() const { return size_; }
  const uint32_t* tuple(uint32_t number) const { return values_.data() + number * width_; }

  // The number of `values`, or kNone.
  uint32_t Find(const uint32_t* values) const {
    return slots_.empty() ? kNone : slots_[SlotOf(values)];
  }
  // The number of `values`, which is size() - 1 exactly when it was given now and size() grew.
  uint32_t FindOrAdd(const uint32_t* values) {
    if ((size_ + size_t{1}) * 2 > slots_.size()) Grow();
    uint32_t& slot = slots_[SlotOf(values)];
    if (slot == kNone) {
      slot = size_++;
      values_.insert(values_.end(), values, values + width_);
    }
    return slot;
  }
  void Clear() {
    std::fill(slots_.begin(), slots_.end(), kNone);
    values_.clear();
    size_ = 0;
  }
  size_t bytes() const { return (slots_.capacity() + values_.capacity()) * sizeof(uint32_t); }

 private:
  size_t SlotOf(const uint32_t* values) const {
    uint64_t hash = 0;
    for (size_t i = 0; i < width_; ++i) {
      hash = (hash ^ values[i]) * 0x9e3779b97f4a7c15ULL;
      hash ^= hash >> 32;
    }
    const size_t mask = slots_.size() - 1;
    size_t at = hash & mask;
    while (slots_[at] != kNone && !std::equal(values, values + width_, tuple(slots_[at]))) {
      at = (at + 1) & mask;
    }
    return at;
  }

  void Grow() {
    slots_.assign(std::max<size_t>(64, slots_.size() * 2), kNone);
    for (uint32_t number = 0; number < size_; ++number) slots_[SlotOf(tuple(number))] = number;
  }

  size_t width_;
  uint32_t size_ = 0;
  std::vector<uint32_t> slots_;
  std::vector<uint32_t> values_;
};

}  // namespace cartograph::rules
