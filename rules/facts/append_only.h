// AppendOnly: an array that grows without moving its elements.

#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <utility>

namespace cartograph::rules {

// Segments of doubling size; an element never moves, so readers need no lock.
//
// Thread-safety: one thread at a time may Append; any thread may read an element whose index it was
// handed through something that synchronises with the Append (a lock, a release store).
template <typename T>
class AppendOnly {
 public:
  AppendOnly() = default;
  ~AppendOnly() {
    for (auto& segment : segments_) delete[] segment.load(std::memory_order_relaxed);
  }
  AppendOnly(const AppendOnly&) = delete;
  AppendOnly& operator=(const AppendOnly&) = delete;

  uint32_t size() const { return size_.load(std::memory_order_relaxed); }

  const T& operator[](uint32_t index) const {
    const uint64_t shifted = uint64_t{index} + kFirst;
    const int top = static_cast<int>(std::bit_width(shifted)) - 1;
    const T* segment =
        segments_[static_cast<size_t>(top - kFirstBits)].load(std::memory_order_acquire);
    return segment[shifted - (uint64_t{1} << top)];
  }

  // Returns the index of `element`.
  uint32_t Append(T element) {
    const uint32_t index = size();
    const uint64_t shifted = uint64_t{index} + kFirst;
    const int top = static_cast<int>(std::bit_width(shifted)) - 1;
    auto& segment = segments_[static_cast<size_t>(top - kFirstBits)];
    if (segment.load(std::memory_order_relaxed) == nullptr) {
      segment.store(new T[uint64_t{1} << top], std::memory_order_release);
    }
    segment.load(std::memory_order_relaxed)[shifted - (uint64_t{1} << top)] = std::move(element);
    size_.store(index + 1, std::memory_order_release);
    return index;
  }

 private:
  static constexpr int kFirstBits = 8;
  static constexpr uint64_t kFirst = uint64_t{1} << kFirstBits;

  std::array<std::atomic<T*>, 33 - kFirstBits> segments_{};
  std::atomic<uint32_t> size_{0};
};

}  // namespace cartograph::rules
