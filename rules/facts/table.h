// Table: the rows of a relation in one order of its columns, immutable.

#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "rules/facts/layout.h"
#include "rules/facts/page_directory.h"

namespace cartograph::rules {

// How a tuple was first derived: the rule, counted among the rules of its predicate from 1, and the
// height, the fixpoint round of its stratum. Premises of the same stratum have smaller heights, so
// heights prune the search for proofs; they say nothing about the shortest proof. Both saturate.
struct Origin {
  static constexpr uint8_t kGiven = 0;  // rule of a base fact or a fact of the program text
  static constexpr uint8_t kUnknown =
      255;  // rule 255 and above, or the closure of an equivalence relation
  static constexpr uint8_t kHighest = 255;  // height 255 and above

  uint8_t rule = kGiven;
  uint8_t height = 0;

  constexpr uint16_t packed() const { return static_cast<uint16_t>(rule << 8 | height); }
  static constexpr Origin Unpack(uint16_t packed) {
    return {static_cast<uint8_t>(packed >> 8), static_cast<uint8_t>(packed & 0xff)};
  }
};

// What stands beside a row: how it was first derived, and in how many ways it can be (only where a
// table is counted).
struct RowNote {
  uint16_t origin = 0;
  uint32_t count = 0;

  friend bool operator==(const RowNote&, const RowNote&) = default;
};

// The code stored in `width` bytes at `at`. Up to 8 bytes are read: pages end in padding.
template <int width>
inline uint64_t LoadCode(const uint8_t* at) {
  if constexpr (width == 0) return 0;
  if constexpr (width == 1) return *at;
  uint64_t code = 0;
  if constexpr (width == 2 || width == 4) {
    std::memcpy(&code, at, width);
    return code;
  }
  std::memcpy(&code, at, 8);
  if constexpr (width < 8) code &= (uint64_t{1} << (8 * width)) - 1;
  return code;
}

// Calls `visit` with `width` as a compile-time constant.
template <typename Visit>
decltype(auto) WithWidth(int width, Visit&& visit) {
  switch (width) {
    case 0:
      return visit(std::integral_constant<int, 0>());
    case 1:
      return visit(std::integral_constant<int, 1>());
    case 2:
      return visit(std::integral_constant<int, 2>());
    case 3:
      return visit(std::integral_constant<int, 3>());
    case 4:
      return visit(std::integral_constant<int, 4>());
    case 5:
      return visit(std::integral_constant<int, 5>());
    case 6:
      return visit(std::integral_constant<int, 6>());
    case 7:
      return visit(std::integral_constant<int, 7>());
    default:
      return visit(std::integral_constant<int, 8>());
  }
}

// Calls `visit(code)` for the `rows` codes at `codes`.
template <typename Visit>
void ForEachCode(const uint8_t* codes, uint32_t rows, int code_bytes, const Visit& visit) {
  WithWidth(code_bytes, [&](auto width) {
    for (uint32_t i = 0; i < rows; ++i) visit(LoadCode<width>(codes + size_t{i} * width));
  });
}

// The rows whose keys lie in one aligned range of 2^shift keys. Shared between the versions of a
// table that agree on them.
struct Page {
  uint32_t rows = 0;
  uint32_t groups = 0;  // keys that have rows
  // Dense: offsets[k] is the first row of the k-th key of the range, and there are 2^shift + 1 of
  // them. Sparse: keys[i] is the i-th key that has rows, offsets[i] its first row, and there are
  // groups + 1 offsets.
  const uint32_t* offsets = nullptr;
  const uint32_t* keys = nullptr;  // null when dense
  const uint8_t* codes = nullptr;  // row-wise, code_bytes each, 8 bytes of padding after the last
  const uint16_t* origins = nullptr;  // null when all rows have `origin`
  uint16_t origin = 0;
  // Derivations of each row, `count_bytes` (1, 2 or 4) each; 0: all rows have `count`. Apart from
  // the rest, so that a change of counts alone copies nothing else.
  uint8_t count_bytes = 0;
  uint32_t count = 0;
  std::shared_ptr<const uint8_t[]> counts;
  size_t bytes = 0;
  std::shared_ptr<const uint8_t[]> memory;  // offsets, keys, origins, codes

  uint32_t CountAt(uint32_t row) const;
};

// Rows grouped by their first column (the key) and sorted by their codes within a group.
//
// Invariants: 1. groups and codes are strictly ascending (keys as distances from
// layout().range(0).base); 2. a page is null exactly when no row has a key of its range.
// Thread-safety: immutable. Cost: a group is found in two dependent loads where keys are dense,
// else by binary search in a page; a page holds about kPageRows rows unless one group is larger.
class Table {
 public:
  static constexpr uint32_t kPageRows = 2048;

  // The rows of one key.
  struct Group {
    const uint8_t* codes = nullptr;
    uint32_t rows = 0;
  };

  // Where a row stands.
  struct Place {
    uint32_t page;
    uint32_t row;
  };

  Table(Layout layout, std::vector<uint32_t> order, int shift,
        absl::Span<const std::shared_ptr<const Page>> pages);
  // `table` with some pages replaced. REQUIRES: `layout` is the table's, or has admitted more.
  Table(const Table& table, Layout layout, absl::Span<const PageDirectory::Replacement> replaced);

  const Layout& layout() const { return layout_; }
  // order()[i] is the column of the predicate that stands at position i here.
  const std::vector<uint32_t>& order() const { return order_; }
  uint64_t rows() const { return rows_; }
  uint64_t groups() const { return groups_; }
  size_t bytes() const { return bytes_; }
  int code_bytes() const { return code_bytes_; }
  int shift() const { return shift_; }
  const PageDirectory& pages() const { return pages_; }
  uint32_t base() const { return base_; }

  Group Find(uint32_t key) const {
    const uint32_t distance = key - base_;
    if (distance > span_) return {};
    const PageDirectory::Entry& entry = pages_.entry(distance >> shift_);
    if (entry.offsets == nullptr) return FindSparse(distance);
    const uint32_t slot = distance & slot_mask_;
    const uint32_t begin = entry.offsets[slot];
    return {entry.codes + size_t{begin} * static_cast<size_t>(code_bytes_),
            entry.offsets[slot + 1] - begin};
  }
  // Brings the directory entry of `key` into the cache.
  void Prefetch(uint32_t key) const {
    const uint32_t distance = key - base_;
    if (distance > span_) return;
    const PageDirectory::Entry& entry = pages_.entry(distance >> shift_);
    if (entry.offsets != nullptr) __builtin_prefetch(entry.offsets + (distance & slot_mask_));
  }
  // The rows of `group` whose code begins with the bits `prefix`, the others being those of
  // `suffix_mask`.
  Group Narrow(const Group& group, uint64_t prefix, uint64_t suffix_mask) const;
  // As Narrow, for each of `groups` with the prefix beside it. Cheapest where equal groups follow
  // each other with ascending prefixes.
  void NarrowAll(absl::Span<Group> groups, const uint64_t* prefixes, uint64_t suffix_mask) const;

  // The row `values`, given in this table's order: its origin, or nothing.
  std::optional<Origin> Find(const Value* values) const;
  // The row with the key at `distance` from base() and `code`, or nothing.
  std::optional<Place> Locate(uint32_t distance, uint64_t code) const;
  // What stands beside the row `values`, or nothing.
  std::optional<RowNote> FindNote(const Value* values) const;
  // Whether a row with the key of `values` and the code of `values + 1` exists.
  bool Contains(const Value* values) const { return Find(values).has_value(); }
  Origin OriginAt(const Page& page, uint32_t row) const {
    return Origin::Unpack(page.origins != nullptr ? page.origins[row] : page.origin);
  }

 private:
  Group FindSparse(uint32_t distance) const;

  Layout layout_;
  std::vector<uint32_t> order_;
  uint32_t base_ = 0;
  uint32_t span_ = 0;
  uint32_t slot_mask_ = 0;
  int shift_ = 0;
  int code_bytes_ = 0;
  PageDirectory pages_;
  uint64_t rows_ = 0;
  uint64_t groups_ = 0;
  size_t bytes_ = 0;
};

// A range of keys as distances from a table's base; where the range comes round the circle of
// 32-bit numbers it has a second part, which begins at distance 0.
struct KeyWindow {
  uint32_t first = 0;
  uint32_t last = UINT32_MAX;
  std::optional<uint32_t> second_last;

  // The keys [key, key + count_less_one].
  static KeyWindow Of(const Table& table, uint32_t key, uint32_t count_less_one) {
    KeyWindow window;
    window.first = key - table.base();
    const uint64_t last = uint64_t{window.first} + count_less_one;
    window.last = last > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(last);
    if (last > UINT32_MAX) window.second_last = static_cast<uint32_t>(last - UINT32_MAX - 1);
    return window;
  }
};

// A place in a table between two groups. Usage: for (TableCursor at(table); at.NextGroup();) …
// at.key(), at.codes() …
class TableCursor {
 public:
  explicit TableCursor(const Table& table) : TableCursor(table, KeyWindow{}) {}
  // Only groups whose key lies in `window`.
  TableCursor(const Table& table, const KeyWindow& window);

  // Moves to the next group; false when there is none.
  bool NextGroup();

  uint32_t key() const { return table_->base() + distance_; }
  uint32_t distance() const { return distance_; }
  const Page& page() const { return *page_; }
  uint32_t first_row() const { return row_; }  // within page()
  uint32_t rows() const { return rows_; }
  const uint8_t* codes() const {
    return page_->codes + size_t{row_} * static_cast<size_t>(table_->code_bytes());
  }

 private:
  void Begin(uint32_t first, uint32_t last);
  bool NextInPart();
  bool NextInPage();

  const Table* table_;
  std::optional<uint32_t> second_last_;
  const Page* page_ = nullptr;
  size_t page_index_ = 0;
  uint32_t slot_ = 0;  // of the group to look at next, in the page
  uint32_t first_ = 0;
  uint32_t last_ = 0;
  uint32_t distance_ = 0;
  uint32_t row_ = 0;
  uint32_t rows_ = 0;
};

}  // namespace cartograph::rules
