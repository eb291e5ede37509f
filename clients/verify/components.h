// Components written out.

#pragma once

#include "absl/status/statusor.h"
#include "clients/verify/rule_parser.h"

namespace cartograph::verify {

// `rules` with the content of each instance of a component, under the names that the instance gives
// it, and without components. A rule of a component keeps the place where it is written: its
// instances share it.
//
// INVALID_ARGUMENT where a component is not there or has other parameters, and when instances nest
// too deeply or are too many.
absl::StatusOr<ParsedRules> ExpandComponents(const ParsedRules& rules);

}  // namespace cartograph::verify
