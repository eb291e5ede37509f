// The name most like another, for "did you mean".

#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cartograph::rules {

// The name of `known` with the fewest edits (insert, delete, replace, swap of neighbours; case
// counts half) from `name`, or "" when none is near: more than a third of the letters differ. The
// first of equals.
std::string NearestName(absl::string_view name, const std::vector<std::string>& known);

}  // namespace cartograph::rules
