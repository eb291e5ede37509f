#include "rules/engine/growing_relation.h"

#include <algorithm>

#include "base/check.h"
#include "rules/engine/batch.h"

namespace cartograph::rules {

// --------------------------------------------------------------------------------------------
// GrowingIndex

void GrowingIndex::Add(const uint32_t* values) {
  const uint32_t group = groups_.FindOrAdd(values);
  if (group == heads_.size()) heads_.push_back(kNone);
  next_.push_back(heads_[group]);
  heads_[group] = static_cast<uint32_t>(next_.size() - 1);
}

void GrowingIndex::Remove(const uint32_t* values, uint32_t row) {
  uint32_t* at = &heads_[groups_.Find(values)];
  while (*at != row) at = &next_[*at];
  *at = next_[row];
}

void GrowingIndex::Clear() {
  groups_.Clear();
  heads_.clear();
  next_.clear();
}

size_t GrowingIndex::bytes() const {
  return groups_.bytes() + (heads_.capacity() + next_.capacity()) * sizeof(uint32_t);
}

// -----------------------------------------------------------------------------------------
// GrowingRelation

GrowingRelation::GrowingRelation(Layout layout, std::vector<uint32_t> order,
                                 uint64_t bitmap_bits_max)
    : layout_(std::move(layout)),
      order_(std::move(order)),
      set_(layout_, bitmap_bits_max),
      window_last_(layout_.range(0).span) {}

Origin GrowingRelation::OriginOf(uint32_t row) const {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), row,
                                      [](uint32_t r, const Run& run) { return r < run.begin; });
  return std::prev(after)->origin;
}

uint32_t GrowingRelation::Insert(const uint32_t* keys, const uint64_t* codes, uint32_t count,
                                 Origin origin) {
  uint32_t fresh[kBatchRows];
  const uint32_t found = set_.Insert(keys, codes, count, fresh);
  if (found == 0) return 0;
  if (runs_.empty() || runs_.back().origin.packed() != origin.packed()) {
    runs_.push_back({size(), origin});
  }
  const size_t begin = keys_.size();
  keys_.resize(begin + found);
  codes_.resize(begin + found);
  for (uint32_t i = 0; i < found; ++i) {
    keys_[begin + i] = keys[fresh[i]];
    codes_[begin + i] = codes[fresh[i]];
  }
  return found;
}

void GrowingRelation::Remove(uint32_t row) {
  removed_.resize(keys_.size());
  removed_[row] = true;
  set_.Erase(keys_[row], codes_[row]);
  if (row >= visible_) return;
  std::vector<uint32_t> values;
  for (const auto& index : indexes_) {
    values.resize(index->positions().size());
    KeyOf(*index, row, values.data());
    index->Remove(values.data(), row);
  }
}

void GrowingRelation::NextRound() {
  delta_begin_ = visible_;
  visible_ = size();
  for (const auto& index : indexes_) AddToIndex(index.get(), delta_begin_, visible_);
}

void GrowingRelation::KeyOf(const GrowingIndex& index, uint32_t row, uint32_t* values) const {
  for (const uint32_t position : index.positions()) *values++ = ValueAt(row, position);
}

void GrowingRelation::AddToIndex(GrowingIndex* index, uint32_t begin, uint32_t end) {
  std::vector<uint32_t> values(index->positions().size());
  for (uint32_t row = begin; row < end; ++row) {
    KeyOf(*index, row, values.data());
    index->Add(values.data());
    if (IsRemoved(row)) index->Remove(values.data(), row);
  }
}

const GrowingIndex& GrowingRelation::IndexOn(const std::vector<uint32_t>& positions) {
  for (const auto& index : indexes_) {
    if (index->positions() == positions) return *index;
  }
  indexes_.push_back(std::make_unique<GrowingIndex>(positions));
  AddToIndex(indexes_.back().get(), 0, visible_);
  return *indexes_.back();
}

size_t GrowingRelation::bytes() const {
  size_t total =
      keys_.capacity() * sizeof(uint32_t) + codes_.capacity() * sizeof(uint64_t) + set_.bytes();
  for (const auto& index : indexes_) total += index->bytes();
  return total;
}

void GrowingRelation::Reset(uint32_t first, uint32_t last) {
  set_.Reset(first, last);
  window_first_ = first;
  window_last_ = last;
  keys_.clear();
  codes_.clear();
  runs_.clear();
  removed_.clear();
  delta_begin_ = visible_ = 0;
  for (const auto& index : indexes_) index->Clear();
}

void GrowingRelation::CopySorted(RowBuffer* rows) {
  // A rank costs a look at its word, and counting them one at every word of the bitmap.
  constexpr size_t kWordsPerRowMax = 16;
  if (set_.is_bitmap() && set_.words() <= kWordsPerRowMax * size()) return CopyByBit(rows);
  rows->keys.clear();
  rows->codes.clear();
  rows->origins.clear();
  for (size_t run = 0; run < runs_.size(); ++run) {
    const uint32_t end = run + 1 < runs_.size() ? runs_[run + 1].begin : size();
    for (uint32_t row = runs_[run].begin; row < end; ++row) {
      if (IsRemoved(row)) continue;
      rows->keys.push_back(keys_[row]);
      rows->codes.push_back(codes_[row]);
      rows->origins.push_back(runs_[run].origin.packed());
    }
  }
  SortUnique(layout_, rows);
}

void GrowingRelation::CopyByBit(RowBuffer* rows) {
  rows->keys.resize(size());
  rows->codes.resize(size());
  size_t count = 0;
  set_.ForEachBit([&](uint32_t key, uint64_t code) {
    rows->keys[count] = key;
    rows->codes[count++] = code;
  });
  rows->keys.resize(count);
  rows->codes.resize(count);
  rows->origins.assign(count, runs_.empty() ? 0 : runs_.front().origin.packed());
  if (runs_.size() > 1) CopyOriginsByRank(rows->origins.data());
}

void GrowingRelation::CopyOriginsByRank(uint16_t* origins) {
  set_.CountRanks();
  for (size_t run = 1; run < runs_.size(); ++run) {
    const uint32_t end = run + 1 < runs_.size() ? runs_[run + 1].begin : size();
    const uint16_t origin = runs_[run].origin.packed();
    for (uint32_t row = runs_[run].begin; row < end; ++row) {
      if (!IsRemoved(row)) origins[set_.RankOf(keys_[row], codes_[row])] = origin;
    }
  }
}

}  // namespace cartograph::rules
