#include "kb/code_points.h"

namespace cartograph::kb {
namespace {

constexpr uint64_t kStride = 256;

bool BeginsCodePoint(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

}  // namespace

CodePoints::CodePoints(absl::string_view text) : text_(text) {
  for (size_t i = 0; i < text_.size(); ++i) {
    if (!BeginsCodePoint(text_[i])) continue;
    if (size_ % kStride == 0) marks_.push_back(i);
    ++size_;
  }
}

std::optional<ByteRange> CodePoints::Find(uint64_t offset, uint64_t length) const {
  if (offset > size_ || length > size_ - offset) return std::nullopt;
  return ByteRange{ByteOf(offset), ByteOf(offset + length)};
}

// REQUIRES: code_point <= size_.
size_t CodePoints::ByteOf(uint64_t code_point) const {
  if (code_point == size_) return text_.size();
  size_t byte = marks_[code_point / kStride];
  for (uint64_t left = code_point % kStride; left > 0; --left) {
    do {
      ++byte;
    } while (!BeginsCodePoint(text_[byte]));
  }
  return byte;
}

}  // namespace cartograph::kb
