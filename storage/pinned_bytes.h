// PinnedBytes: a stored value, read without a copy where the store allows it.

#pragma once

#include <memory>

#include "absl/strings/string_view.h"

namespace cartograph::storage {

// Keeps the value's memory (usually a block of the cache) for as long as it lives; it may outlive
// the snapshot it came from, not be copied. Move-only; reading it is thread-safe.
class PinnedBytes {
 public:
  struct Pin;  // in pinned_bytes.cc: only storage makes one
  explicit PinnedBytes(std::unique_ptr<Pin> pin);
  PinnedBytes(PinnedBytes&&) noexcept;
  PinnedBytes& operator=(PinnedBytes&&) noexcept;
  ~PinnedBytes();

  // Valid as long as this object, also after it was moved.
  absl::string_view view() const { return view_; }

 private:
  std::unique_ptr<Pin> pin_;
  absl::string_view view_;
};

}  // namespace cartograph::storage
