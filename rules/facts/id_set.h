// IdSet: the hash index from an interned thing back to its id.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cartograph::rules {

// Open addressing over (hash, id) pairs; the things themselves live elsewhere. Keeping 32 bits of
// the hash beside the id makes most misses, and every rehash, free of a visit to the thing.
//
// Thread-safety: none; the owner locks.
class IdSet {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // The id with `hash` for which `is_equal(id)` holds, or kNone.
  template <typename IsEqual>
  uint32_t Find(uint32_t hash, const IsEqual& is_equal) const {
    if (slots_.empty()) return kNone;
    for (size_t at = hash & mask();; at = (at + 1) & mask()) {
      const Slot& slot = slots_[at];
      if (slot.id == kNone) return kNone;
      if (slot.hash == hash && is_equal(slot.id)) return slot.id;
    }
  }

  // REQUIRES: no equal thing is present; id != kNone.
  void Insert(uint32_t hash, uint32_t id) {
    if ((count_ + 1) * 4 > slots_.size() * 3) Grow();
    Place({hash, id});
    ++count_;
  }

  size_t bytes() const { return slots_.capacity() * sizeof(Slot); }

 private:
  struct Slot {
    uint32_t hash = 0;
    uint32_t id = kNone;
  };

  size_t mask() const { return slots_.size() - 1; }

  void Place(Slot slot) {
    size_t at = slot.hash & mask();
    while (slots_[at].id != kNone) at = (at + 1) & mask();
    slots_[at] = slot;
  }

  void Grow() {
    std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.id != kNone) Place(slot);
    }
  }

  std::vector<Slot> slots_;
  size_t count_ = 0;
};

}  // namespace cartograph::rules
