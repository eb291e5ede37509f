// CodePoints: places in a text counted in Unicode code points, as locators count them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

namespace cartograph::kb {

// Bytes [begin, end) of a text.
struct ByteRange {
  size_t begin = 0;
  size_t end = 0;

  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

// An index over one text. REQUIRES: the text is UTF-8 and outlives the index.
//
// Cost: building is linear; a look-up is constant, besides the bytes it returns. Memory: a 32th of
// the text.
class CodePoints {
 public:
  explicit CodePoints(absl::string_view text);

  // Code points in the text.
  uint64_t size() const { return size_; }
  // The bytes of the `length` code points after the first `offset`; nothing when the text ends
  // before.
  std::optional<ByteRange> Find(uint64_t offset, uint64_t length) const;

 private:
  size_t ByteOf(uint64_t code_point) const;

  const absl::string_view text_;
  uint64_t size_ = 0;
  std::vector<size_t> marks_;  // the byte of every kStride-th code point
};

}  // namespace cartograph::kb
