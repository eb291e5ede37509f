// RowSet: which rows a relation under construction holds already.

#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "rules/facts/layout.h"

namespace cartograph::rules {

// A set of rows (distance of the key, code), in one of three forms:
//   bitmap  a bit a possible row, where the layout has few of them: the fastest, and it stays in
//   the cache words   a flat hash of key and code packed in 64 bits wide    a flat hash of key and
//   code
// Cost: a batch is inserted in passes, so that the cache misses of its rows overlap.
class RowSet {
 public:
  // Bitmaps of at most `bitmap_bits_max` bits are made. The window is all keys of the layout until
  // Reset.
  RowSet(const Layout& layout, uint64_t bitmap_bits_max);

  // Empties the set and moves its window to keys [first, last].
  void Reset(uint32_t first, uint32_t last);

  // Adds `count` rows, count <= kBatchRows, and writes the indexes of those that were new to
  // `fresh`; returns their number.
  uint32_t Insert(const uint32_t* keys, const uint64_t* codes, uint32_t count, uint32_t* fresh);
  bool Contains(uint32_t key, uint64_t code) const;
  void Erase(uint32_t key, uint64_t code);
  size_t bytes() const;

  // Of a bitmap: ranks of rows in ascending order.
  bool is_bitmap() const { return form_ == Form::kBitmap; }
  size_t words() const { return bits_.size(); }
  // Calls `visit(key, code)` for each row, ascending.
  template <typename Visit>
  void ForEachBit(const Visit& visit) const {
    const uint64_t code_mask = (uint64_t{1} << code_bits_) - 1;
    constexpr size_t kBlock = 512;
    uint32_t used[kBlock];  // words that are not 0, found without branches: few of them may be
    for (size_t block = 0; block < bits_.size(); block += kBlock) {
      const size_t end = std::min(bits_.size(), block + kBlock);
      size_t count = 0;
      for (size_t i = block; i < end; ++i) {
        used[count] = static_cast<uint32_t>(i);
        count += bits_[i] != 0 ? 1 : 0;
      }
      for (size_t u = 0; u < count; ++u) {
        uint64_t word = bits_[used[u]];
        do {
          const uint64_t bit =
              uint64_t{used[u]} * 64 + static_cast<uint64_t>(std::countr_zero(word));
          visit(first_ + static_cast<uint32_t>(bit >> code_bits_), bit & code_mask);
          word &= word - 1;
        } while (word != 0);
      }
    }
  }
  // Makes RankOf ready.
  void CountRanks();
  // How many rows stand before a row that is in the set. REQUIRES: CountRanks was called after the
  // last change.
  uint32_t RankOf(uint32_t key, uint64_t code) const {
    const uint64_t bit = BitOf(key, code);
    const uint64_t below = bits_[bit / 64] & ((uint64_t{1} << (bit % 64)) - 1);
    return ranks_[bit / 64] + static_cast<uint32_t>(std::popcount(below));
  }

 private:
  enum class Form : uint8_t { kBitmap, kWords, kWide };
  struct WideRow {
    uint64_t code = 0;
    uint32_t key = 0;
    uint32_t state = 0;  // kEmpty, kUsed or kErased
  };
  static constexpr uint32_t kEmpty = 0;
  static constexpr uint32_t kUsed = 1;
  static constexpr uint32_t kErased = 2;
  // Words that cannot be rows of a layout that leaves two words over.
  static constexpr uint64_t kEmptyWord = UINT64_MAX;
  static constexpr uint64_t kErasedWord = UINT64_MAX - 1;

  uint64_t BitOf(uint32_t key, uint64_t code) const {
    return uint64_t{key - first_} << code_bits_ | code;
  }
  uint64_t WordOf(uint32_t key, uint64_t code) const {
    return code_bits_ == 64 ? code : uint64_t{key} << code_bits_ | code;
  }
  static uint64_t Hash(uint64_t word) {
    const uint64_t mixed = word * 0x9e3779b97f4a7c15ULL;
    return mixed ^ (mixed >> 32);
  }
  static uint64_t HashWide(uint32_t key, uint64_t code) { return Hash(code ^ Hash(key)); }

  uint32_t InsertBits(const uint32_t* keys, const uint64_t* codes, uint32_t count, uint32_t* fresh);
  uint32_t InsertWords(const uint32_t* keys, const uint64_t* codes, uint32_t count,
                       uint32_t* fresh);
  uint32_t InsertWide(const uint32_t* keys, const uint64_t* codes, uint32_t count, uint32_t* fresh);
  void GrowWords();
  void GrowWide();

  Form form_ = Form::kWords;
  int code_bits_ = 0;
  int bits_of_row_ = 0;  // of key and code
  uint64_t bitmap_bits_max_ = 0;
  uint32_t first_ = 0;  // of the window
  size_t used_ = 0;     // slots that are not empty
  std::vector<uint64_t> bits_;
  std::vector<uint32_t> ranks_;  // by word of bits_: rows in the words before it
  std::vector<uint64_t> words_;
  std::vector<WideRow> wide_;
};

}  // namespace cartograph::rules
