#include "rules/engine/row_set.h"

#include <bit>

#include "base/check.h"
#include "rules/engine/batch.h"

namespace cartograph::rules {
namespace {

constexpr size_t kFirstSlots = 1024;

}  // namespace

RowSet::RowSet(const Layout& layout, uint64_t bitmap_bits_max)
    : code_bits_(layout.code_bits()), bitmap_bits_max_(bitmap_bits_max) {
  bits_of_row_ = static_cast<int>(std::bit_width(layout.range(0).span)) + code_bits_;
  Reset(0, layout.range(0).span);
}

void RowSet::Reset(uint32_t first, uint32_t last) {
  first_ = first;
  used_ = 0;
  const uint64_t keys = uint64_t{last - first} + 1;
  if (code_bits_ < 40 && keys <= bitmap_bits_max_ >> code_bits_) {
    form_ = Form::kBitmap;
    bits_.assign(((keys << code_bits_) + 63) / 64, 0);
  } else if (bits_of_row_ < 64) {
    form_ = Form::kWords;
    words_.assign(kFirstSlots, kEmptyWord);
  } else {
    form_ = Form::kWide;
    wide_.assign(kFirstSlots, WideRow{});
  }
}

void RowSet::CountRanks() {
  ranks_.resize(bits_.size());
  uint32_t rows = 0;
  for (size_t i = 0; i < bits_.size(); ++i) {
    ranks_[i] = rows;
    rows += static_cast<uint32_t>(std::popcount(bits_[i]));
  }
}

uint32_t RowSet::Insert(const uint32_t* keys, const uint64_t* codes, uint32_t count,
                        uint32_t* fresh) {
  switch (form_) {
    case Form::kBitmap:
      return InsertBits(keys, codes, count, fresh);
    case Form::kWords:
      return InsertWords(keys, codes, count, fresh);
    case Form::kWide:
      return InsertWide(keys, codes, count, fresh);
  }
  return 0;
}

uint32_t RowSet::InsertBits(const uint32_t* keys, const uint64_t* codes, uint32_t count,
                            uint32_t* fresh) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const uint64_t row = BitOf(keys[i], codes[i]);
    uint64_t& word = bits_[row / 64];
    const uint64_t bit = uint64_t{1} << (row % 64);
    fresh[found] = i;
    found += (word & bit) == 0 ? 1 : 0;
    word |= bit;
  }
  return found;
}

uint32_t RowSet::InsertWords(const uint32_t* keys, const uint64_t* codes, uint32_t count,
                             uint32_t* fresh) {
  while ((used_ + count) * 2 > words_.size()) GrowWords();
  const size_t mask = words_.size() - 1;
  uint64_t words[kBatchRows];
  for (uint32_t i = 0; i < count; ++i) {
    words[i] = WordOf(keys[i], codes[i]);
    __builtin_prefetch(&words_[Hash(words[i]) & mask], 1);
  }
  uint32_t found = 0;
  for (uint32_t i = 0; i < count; ++i) {
    size_t at = Hash(words[i]) & mask;
    while (words_[at] != words[i] && words_[at] != kEmptyWord) at = (at + 1) & mask;
    if (words_[at] == words[i]) continue;
    words_[at] = words[i];
    fresh[found++] = i;
  }
  used_ += found;
  return found;
}

uint32_t RowSet::InsertWide(const uint32_t* keys, const uint64_t* codes, uint32_t count,
                            uint32_t* fresh) {
  while ((used_ + count) * 2 > wide_.size()) GrowWide();
  const size_t mask = wide_.size() - 1;
  for (uint32_t i = 0; i < count; ++i) {
    __builtin_prefetch(&wide_[HashWide(keys[i], codes[i]) & mask], 1);
  }
  uint32_t found = 0;
  for (uint32_t i = 0; i < count; ++i) {
    size_t at = HashWide(keys[i], codes[i]) & mask;
    const auto is_row = [&](const WideRow& row) {
      return row.state == kUsed && row.code == codes[i] && row.key == keys[i];
    };
    while (wide_[at].state != kEmpty && !is_row(wide_[at])) at = (at + 1) & mask;
    if (wide_[at].state == kUsed) continue;
    wide_[at] = {codes[i], keys[i], kUsed};
    fresh[found++] = i;
  }
  used_ += found;
  return found;
}

void RowSet::GrowWords() {
  std::vector<uint64_t> old(words_.size() * 2, kEmptyWord);
  old.swap(words_);
  const size_t mask = words_.size() - 1;
  used_ = 0;
  for (const uint64_t word : old) {
    if (word == kEmptyWord || word == kErasedWord) continue;
    size_t at = Hash(word) & mask;
    while (words_[at] != kEmptyWord) at = (at + 1) & mask;
    words_[at] = word;
    ++used_;
  }
}

void RowSet::GrowWide() {
  std::vector<WideRow> old(wide_.size() * 2);
  old.swap(wide_);
  const size_t mask = wide_.size() - 1;
  used_ = 0;
  for (const WideRow& row : old) {
    if (row.state != kUsed) continue;
    size_t at = HashWide(row.key, row.code) & mask;
    while (wide_[at].state != kEmpty) at = (at + 1) & mask;
    wide_[at] = row;
    ++used_;
  }
}

bool RowSet::Contains(uint32_t key, uint64_t code) const {
  if (form_ == Form::kBitmap) {
    const uint64_t row = BitOf(key, code);
    return (bits_[row / 64] >> (row % 64) & 1) != 0;
  }
  if (form_ == Form::kWords) {
    const size_t mask = words_.size() - 1;
    const uint64_t word = WordOf(key, code);
    size_t at = Hash(word) & mask;
    while (words_[at] != word && words_[at] != kEmptyWord) at = (at + 1) & mask;
    return words_[at] == word;
  }
  const size_t mask = wide_.size() - 1;
  size_t at = HashWide(key, code) & mask;
  while (wide_[at].state != kEmpty) {
    const WideRow& row = wide_[at];
    if (row.state == kUsed && row.code == code && row.key == key) return true;
    at = (at + 1) & mask;
  }
  return false;
}

void RowSet::Erase(uint32_t key, uint64_t code) {
  if (form_ == Form::kBitmap) {
    const uint64_t row = BitOf(key, code);
    bits_[row / 64] &= ~(uint64_t{1} << (row % 64));
    return;
  }
  if (form_ == Form::kWords) {
    const size_t mask = words_.size() - 1;
    const uint64_t word = WordOf(key, code);
    size_t at = Hash(word) & mask;
    while (words_[at] != word && words_[at] != kEmptyWord) at = (at + 1) & mask;
    if (words_[at] == word) words_[at] = kErasedWord;
    return;
  }
  const size_t mask = wide_.size() - 1;
  for (size_t at = HashWide(key, code) & mask; wide_[at].state != kEmpty; at = (at + 1) & mask) {
    WideRow& row = wide_[at];
    if (row.state == kUsed && row.code == code && row.key == key) row.state = kErased;
  }
}

size_t RowSet::bytes() const {
  return (bits_.capacity() + words_.capacity()) * sizeof(uint64_t) +
         ranks_.capacity() * sizeof(uint32_t) + wide_.capacity() * sizeof(WideRow);
}

}  // namespace cartograph::rules
