// DidYouMean: the end of a message about an unknown name.

#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cartograph::kb {

// `; did you mean "x"?` for the one of `known` that is nearest to `name`, or "" when none is near.
std::string DidYouMean(absl::string_view name, const std::vector<std::string>& known);

}  // namespace cartograph::kb
