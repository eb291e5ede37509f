#include "rules/facts/layout.h"

#include <algorithm>

#include "base/check.h"

namespace cartograph::rules {
namespace {

constexpr int kCodeBitsMax = 64;
constexpr int kTailBits = 32;

// The range from a's base that covers both, or a full one.
ColumnRange CoverFrom(const ColumnRange& a, const ColumnRange& b) {
  const uint64_t end = uint64_t{b.base - a.base} + b.span;
  if (end > UINT32_MAX) return ColumnRange::Full();
  return {a.base, std::max(a.span, static_cast<uint32_t>(end)), false};
}

int BitsOf(const ColumnRange& range) { return static_cast<int>(std::bit_width(range.span)); }

}  // namespace

ColumnRange Union(const ColumnRange& a, const ColumnRange& b) {
  if (a.empty) return b;
  if (b.empty) return a;
  const ColumnRange from_a = CoverFrom(a, b);
  const ColumnRange from_b = CoverFrom(b, a);
  return from_b.span < from_a.span ? from_b : from_a;
}

ColumnRange Intersection(const ColumnRange& a, const ColumnRange& b) {
  if (a.empty || b.empty) return ColumnRange{};
  const ColumnRange& shorter = b.span < a.span ? b : a;
  const ColumnRange& longer = b.span < a.span ? a : b;
  const uint64_t low = uint64_t{shorter.base - longer.base};
  if (low + shorter.span <= longer.span) return shorter;  // inside
  if (low <= longer.span) {                               // sticks out above
    const uint32_t span = longer.span - static_cast<uint32_t>(low);
    // The part above may come round and reach the longer range again from below.
    return low + shorter.span > UINT32_MAX ? shorter : ColumnRange{shorter.base, span, false};
  }
  const uint64_t high = low + shorter.span;
  if (high <= UINT32_MAX) return ColumnRange{};  // apart
  return {longer.base, static_cast<uint32_t>(high - UINT32_MAX - 1), false};
}

ColumnRange RangeFinder::range() const {
  if (low_ > high_) return ColumnRange{};
  const uint32_t span = high_ - low_;
  const uint32_t flipped = flipped_high_ - flipped_low_;
  if (flipped < span) return {flipped_low_ ^ kSign, flipped, false};
  return {low_, span, false};
}

Layout::Layout(std::vector<ColumnRange> ranges, RecordTable* records)
    : ranges_(std::move(ranges)), records_(records) {
  CHECK(!ranges_.empty());
  int total = 0;
  for (size_t i = 1; i < ranges_.size(); ++i) total += BitsOf(ranges_[i]);
  const int packed_max = total <= kCodeBitsMax ? kCodeBitsMax : kCodeBitsMax - kTailBits;
  tail_begin_ = 1;
  while (tail_begin_ < columns() && code_bits_ + BitsOf(ranges_[tail_begin_]) <= packed_max) {
    code_bits_ += BitsOf(ranges_[tail_begin_++]);
  }
  if (has_tail()) code_bits_ += kTailBits;
  CHECK(!has_tail() || records_ != nullptr);
  int shift = code_bits_;
  for (uint32_t i = 1; i < tail_begin_; ++i) {
    const int bits = BitsOf(ranges_[i]);
    shift -= bits;
    fields_.push_back({ranges_[i].base, ranges_[i].span, static_cast<uint8_t>(shift % 64),
                       static_cast<uint8_t>(bits)});
  }
}

bool Layout::Admit(const Value* row, uint32_t key_span_max) {
  const uint32_t distance = row[0].bits() - ranges_[0].base;
  if (distance > key_span_max || ranges_[0].empty) return false;
  ranges_[0].span = std::max(ranges_[0].span, distance);
  for (uint32_t c = 1; c < tail_begin_; ++c) {
    Field& field = fields_[c - 1];
    const uint32_t offset = row[c].bits() - field.base;
    if (ranges_[c].empty || std::bit_width(offset) > field.bits) return false;
    field.span = ranges_[c].span = std::max(field.span, offset);
  }
  for (uint32_t c = tail_begin_; c < columns(); ++c) {
    ranges_[c] = Union(ranges_[c], ColumnRange::Of(row[c].bits()));
  }
  return true;
}

bool Layout::SameCodes(const Layout& other) const {
  const auto same_place = [](const Field& a, const Field& b) {
    return a.base == b.base && a.shift == b.shift && a.bits == b.bits;
  };
  return columns() == other.columns() && records_ == other.records_ &&
         ranges_[0].base == other.ranges_[0].base && code_bits_ == other.code_bits_ &&
         tail_begin_ == other.tail_begin_ &&
         std::equal(fields_.begin(), fields_.end(), other.fields_.begin(), same_place);
}

std::vector<ColumnRange> Layout::Widened(TupleView rows) const {
  std::vector<ColumnRange> ranges = ranges_;
  for (size_t i = 0; i < rows.size(); ++i) {
    ColumnRange& range = ranges[i % ranges.size()];
    const uint32_t value = rows[i].bits();
    if (range.Contains(value)) continue;
    const bool below = !range.empty && range.base - value < value - range.base;
    range = Union(range, ColumnRange::Of(value));
    if (range.span == UINT32_MAX) continue;
    const auto span = static_cast<uint32_t>((uint64_t{1} << BitsOf(range)) - 1);
    if (below) range.base -= span - range.span;
    range.span = span;
  }
  return ranges;
}

uint64_t Layout::Encode(const Value* rest) const {
  uint64_t code = 0;
  for (const Field& field : fields_) {
    code |= uint64_t{(rest++)->bits() - field.base} << field.shift;
  }
  if (has_tail()) code |= records_->Intern(TupleView(rest, columns() - tail_begin_)).bits();
  return code;
}

std::optional<uint64_t> Layout::Find(const Value* rest) const {
  std::optional<uint64_t> code = FindPrefix(rest, tail_begin_ - 1);
  if (!code.has_value() || !has_tail()) return code;
  const auto tail = records_->Find(TupleView(rest + (tail_begin_ - 1), columns() - tail_begin_));
  if (!tail.has_value()) return std::nullopt;
  return *code | tail->bits();
}

std::optional<uint64_t> Layout::FindPrefix(const Value* rest, uint32_t count) const {
  uint64_t code = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t offset = rest[i].bits() - fields_[i].base;
    if (offset > fields_[i].span) return std::nullopt;
    code |= uint64_t{offset} << fields_[i].shift;
  }
  return code;
}

uint64_t Layout::SuffixMask(uint32_t count) const {
  int bits = code_bits_;
  for (uint32_t i = 0; i < count; ++i) bits -= fields_[i].bits;
  return bits >= 64 ? UINT64_MAX : (uint64_t{1} << bits) - 1;
}

Value Layout::Decode(uint64_t code, uint32_t column) const {
  if (column >= tail_begin_) {
    const Value tail(static_cast<uint32_t>(code));
    return records_->Fields(tail)[column - tail_begin_];
  }
  const Field& field = fields_[column - 1];
  const uint64_t mask = (uint64_t{1} << field.bits) - 1;
  return Value(static_cast<uint32_t>((code >> field.shift) & mask) + field.base);
}

void Layout::DecodeAll(uint64_t code, Value* rest) const {
  for (uint32_t i = 1; i < tail_begin_; ++i) *rest++ = Decode(code, i);
  if (!has_tail()) return;
  const TupleView tail = records_->Fields(Value(static_cast<uint32_t>(code)));
  std::copy(tail.begin(), tail.end(), rest);
}

}  // namespace cartograph::rules
