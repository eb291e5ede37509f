// SHA-256, by which texts and records are named.

#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace cartograph::base {

// SHA-256 of `bytes` in lower-case hexadecimal.
std::string Sha256Hex(absl::string_view bytes);

}  // namespace cartograph::base
