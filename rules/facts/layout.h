// Layout: how the columns of a row, after the first, are packed into one 64-bit code.
//
// A row of a table is its key (the first column in the table's order) and its code (all other
// columns). Codes make every arity look alike to sorting, searching, merging and deduplication:
// they are plain integers whose order is the order of the columns, and most of them need 1 to 4
// bytes.
//
//   code := column1 … columnN          each (value - base) in just enough bits for the column's
//   range,
//                                      the first in the highest bits
//         | column1 … columnJ tail     when they do not fit 64 bits: the columns from J+1 on are
//         interned as a record,
//                                      and `tail` is its 32-bit id
//
// Example: (target, disease, level) with diseases 300000000…300029999 and levels 1…5 has the target
// as key and a code of 15 + 3 bits, stored in 3 bytes.

#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "rules/facts/symbol_table.h"
#include "rules/facts/value.h"

namespace cartograph::rules {

// Values [base, base + span] on the circle of 32-bit numbers, so that -3…4 is as short a range as
// 0…7.
struct ColumnRange {
  uint32_t base = 0;
  uint32_t span = 0;
  bool empty = true;

  static constexpr ColumnRange Full() { return {0, UINT32_MAX, false}; }
  static constexpr ColumnRange Of(uint32_t value) { return {value, 0, false}; }
  bool Contains(uint32_t value) const { return !empty && value - base <= span; }
  friend bool operator==(const ColumnRange&, const ColumnRange&) = default;
};

// The shortest range that covers both.
ColumnRange Union(const ColumnRange& a, const ColumnRange& b);
// Values in both, or the shorter of the two where that is not one range.
ColumnRange Intersection(const ColumnRange& a, const ColumnRange& b);

// Grows a range value by value, remembering the extremes of both readings of 32 bits.
class RangeFinder {
 public:
  void Add(uint32_t value) {
    const uint32_t flipped = value ^ kSign;
    if (value < low_) low_ = value;
    if (value > high_) high_ = value;
    if (flipped < flipped_low_) flipped_low_ = flipped;
    if (flipped > flipped_high_) flipped_high_ = flipped;
  }
  ColumnRange range() const;

 private:
  static constexpr uint32_t kSign = uint32_t{1} << 31;
  uint32_t low_ = UINT32_MAX;
  uint32_t high_ = 0;
  uint32_t flipped_low_ = UINT32_MAX;
  uint32_t flipped_high_ = 0;
};

// Immutable but for Admit. All column numbers are positions in the table's order; position 0 is the
// key.
class Layout {
 public:
  struct Field {
    uint32_t base = 0;
    uint32_t span = 0;
    uint8_t shift = 0;
    uint8_t bits = 0;
  };

  Layout() = default;
  // One range a column, at least one column. `records` interns tails; it may be null where ranges
  // are known to fit.
  Layout(std::vector<ColumnRange> ranges, RecordTable* records);

  // Extends the ranges so that they hold `row`, where that changes no code: keys up to the distance
  // `key_span_max`, other columns within their bits. False when it does not fit.
  bool Admit(const Value* row, uint32_t key_span_max);
  // Whether rows have the same codes in both, and keys the same distances.
  bool SameCodes(const Layout& other) const;
  // The ranges, extended so that they hold `rows` (row-major), and generously where they must grow,
  // so that growing value by value does not ask for ever new layouts.
  std::vector<ColumnRange> Widened(TupleView rows) const;

  uint32_t columns() const { return static_cast<uint32_t>(ranges_.size()); }
  const ColumnRange& range(uint32_t column) const { return ranges_[column]; }
  const std::vector<ColumnRange>& ranges() const { return ranges_; }
  RecordTable* records() const { return records_; }

  int code_bits() const { return code_bits_; }
  int code_bytes() const { return (code_bits_ + 7) / 8; }
  bool has_tail() const { return tail_begin_ < columns(); }
  // The first column of the tail, or columns().
  uint32_t tail_begin() const { return tail_begin_; }
  // The place of packed column `column`. REQUIRES: 1 <= column < tail_begin().
  const Field& field(uint32_t column) const { return fields_[column - 1]; }

  // The code of columns 1…, interning a tail. REQUIRES: the values lie in the ranges.
  uint64_t Encode(const Value* rest) const;
  // The code of columns 1…, or nothing if a value is out of range or the tail was never interned.
  std::optional<uint64_t> Find(const Value* rest) const;
  // The bits of the first `count` columns after the key, the others 0; nothing if a value is out of
  // range. REQUIRES: count < tail_begin().
  std::optional<uint64_t> FindPrefix(const Value* rest, uint32_t count) const;
  // Ones in the bits below those of the first `count` columns after the key.
  uint64_t SuffixMask(uint32_t count) const;
  Value Decode(uint64_t code, uint32_t column) const;
  // Writes columns 1… to `rest`.
  void DecodeAll(uint64_t code, Value* rest) const;

  friend bool operator==(const Layout& a, const Layout& b) {
    return a.ranges_ == b.ranges_ && a.records_ == b.records_;
  }

 private:
  std::vector<ColumnRange> ranges_;
  std::vector<Field> fields_;
  RecordTable* records_ = nullptr;
  uint32_t tail_begin_ = 0;
  int code_bits_ = 0;
};

}  // namespace cartograph::rules
