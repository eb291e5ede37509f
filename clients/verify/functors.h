// What the functors of the language give, worked out anew.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/verify/rule_syntax.h"
#include "clients/verify/values.h"

namespace cartograph::verify {

// The value of `call` for these values of its arguments. OUT_OF_RANGE for a division by zero and
// a text that is no number; UNIMPLEMENTED for what the checker does not check.
absl::StatusOr<Value> Apply(const Term& call, const std::vector<Value>& arguments, Values* values);

// -1, 0 or 1; texts by their bytes.
int Compare(Kind kind, Value left, Value right, const Values& values);

}  // namespace cartograph::verify
