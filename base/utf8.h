// UTF-8: whether bytes are text.

#pragma once

#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"

namespace cartograph::base {

// The offset of the first byte that is not part of a well-formed UTF-8 sequence (RFC 3629), or
// nothing.
std::optional<size_t> FirstInvalidUtf8(absl::string_view text);

}  // namespace cartograph::base
