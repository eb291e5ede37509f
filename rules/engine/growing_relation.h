// GrowingRelation: a relation while its stratum is being evaluated.

#pragma once

#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "rules/engine/row_set.h"
#include "rules/engine/tuple_map.h"
#include "rules/facts/table.h"
#include "rules/facts/table_builder.h"

namespace cartograph::rules {

// The rows of a growing relation by the values of some columns. Holds exactly the visible rows.
class GrowingIndex {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // `positions`: the columns of the key, as positions in the relation's order.
  explicit GrowingIndex(std::vector<uint32_t> positions)
      : positions_(std::move(positions)), groups_(positions_.size()) {}

  const std::vector<uint32_t>& positions() const { return positions_; }

  // The visible row last added whose key columns are `values`, or kNone; Next gives the one before
  // it.
  uint32_t Find(const uint32_t* values) const {
    const uint32_t group = groups_.Find(values);
    return group == TupleMap::kNone ? kNone : heads_[group];
  }
  uint32_t Next(uint32_t row) const { return next_[row]; }
  // Adds the next row: they are numbered in order of Add.
  void Add(const uint32_t* values);
  // Takes `row` out, whose key columns are `values`.
  void Remove(const uint32_t* values, uint32_t row);
  void Clear();
  size_t bytes() const;

 private:
  std::vector<uint32_t> positions_;
  TupleMap groups_;
  std::vector<uint32_t> heads_;  // by group: the row last added
  std::vector<uint32_t> next_;   // by row
};

// Rows in the order in which they were derived. Rows up to visible() are what rules may read; those
// from delta_begin() on were derived in the round before this one; those after visible() are of
// this round.
//
// Invariant: a row's origin has a height above those of all rows that were visible when it was
// derived.
class GrowingRelation {
 public:
  // `bitmap_bits_max`: see RowSet.
  GrowingRelation(Layout layout, std::vector<uint32_t> order, uint64_t bitmap_bits_max);

  const Layout& layout() const { return layout_; }
  const std::vector<uint32_t>& order() const { return order_; }
  uint32_t size() const { return static_cast<uint32_t>(keys_.size()); }
  uint32_t delta_begin() const { return delta_begin_; }
  uint32_t visible() const { return visible_; }
  // The rows, removed ones included: distances of keys, and codes.
  const std::vector<uint32_t>& keys() const { return keys_; }
  const std::vector<uint64_t>& codes() const { return codes_; }
  // Rows taken out by subsumption keep their place. Empty when there are none.
  bool IsRemoved(uint32_t row) const { return row < removed_.size() && removed_[row]; }
  bool has_removed() const { return !removed_.empty(); }
  Origin OriginOf(uint32_t row) const;
  // The value at position `position` of row `row`.
  uint32_t ValueAt(uint32_t row, uint32_t position) const {
    return position == 0 ? keys_[row] + layout_.range(0).base
                         : layout_.Decode(codes_[row], position).bits();
  }

  // Adds those of `count` rows (count <= kBatchRows) that are new; returns how many were. REQUIRES:
  // keys in the window.
  uint32_t Insert(const uint32_t* keys, const uint64_t* codes, uint32_t count, Origin origin);
  bool Holds(uint32_t key, uint64_t code) const { return set_.Contains(key, code); }
  // Takes a row out; it may be derived again.
  void Remove(uint32_t row);
  // What was derived in this round becomes the delta, and visible.
  void NextRound();

  // The index on `positions` (ascending; none is a single group), made now if there is none. Kept
  // up by NextRound.
  const GrowingIndex& IndexOn(const std::vector<uint32_t>& positions);

  size_t bytes() const;

  // Empties the relation and moves the window of keys that Insert takes to [first, last].
  void Reset(uint32_t first, uint32_t last);
  uint32_t window_first() const { return window_first_; }
  uint32_t window_last() const { return window_last_; }
  // Writes the rows, sorted by key and code and with their origins, to `rows`.
  void CopySorted(RowBuffer* rows);

 private:
  // Rows [begin, …) up to the next run have `origin`.
  struct Run {
    uint32_t begin;
    Origin origin;
  };

  void AddToIndex(GrowingIndex* index, uint32_t begin, uint32_t end);
  void KeyOf(const GrowingIndex& index, uint32_t row, uint32_t* values) const;
  void CopyByBit(RowBuffer* rows);
  void CopyOriginsByRank(uint16_t* origins);

  Layout layout_;
  std::vector<uint32_t> order_;
  RowSet set_;
  std::vector<uint32_t> keys_;
  std::vector<uint64_t> codes_;
  std::vector<Run> runs_;
  std::vector<bool> removed_;
  uint32_t window_first_ = 0;
  uint32_t window_last_ = 0;
  uint32_t delta_begin_ = 0;
  uint32_t visible_ = 0;
  std::vector<std::unique_ptr<GrowingIndex>> indexes_;
};

}  // namespace cartograph::rules
