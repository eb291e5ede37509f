// Display width: how many columns of a terminal a text takes.

#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cartograph::clients {

// Columns that `text` takes: 2 for a wide East Asian character, 0 for a combining mark, 1 for all
// else. Bytes that are not UTF-8 count 1 each. Locales play no part.
size_t DisplayWidth(absl::string_view text);

// The longest beginning of `text` of at most `width_max` columns, cut between code points.
absl::string_view PrefixOfWidth(absl::string_view text, size_t width_max);

// `text` for a place that has one line: line breaks and tabs become spaces, other control
// characters (which could steer the terminal) and bytes that are not UTF-8 become U+FFFD.
std::string OnOneLine(absl::string_view text);

// `text` in lines of at most `width_max` columns, broken at spaces and after commas where there are
// any. 0: one line. At least one line.
std::vector<std::string> Wrapped(absl::string_view text, size_t width_max);

}  // namespace cartograph::clients
