// RowSet: which rows a relation under construction holds already.

#pragma once

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
  // `bitmap_bits_max`: how large a bitmap may be.
  RowSet(const Layout& layout, uint64_t bitmap_bits_max);

  // Adds `count` rows, count <= kBatchRows, and writes the indexes of those that were new to
  // `fresh`; returns their number.
  uint32_t Insert(const uint32_t* keys, const uint64_t* codes, uint32_t count, uint32_t* fresh);
  bool Contains(uint32_t key, uint64_t code) const;
  void Erase(uint32_t key, uint64_t code);
  size_t bytes() const;

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
  size_t used_ = 0;  // slots that are not empty
  std::vector<uint64_t> bits_;
  std::vector<uint64_t> words_;
  std::vector<WideRow> wide_;
};

}  // namespace cartograph::rules
