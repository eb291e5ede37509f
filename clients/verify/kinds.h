// The kinds of the terms of a rule.

#pragma once

#include <optional>

#include "absl/status/status.h"
#include "clients/verify/rule_set.h"

namespace cartograph::verify {

// Gives every term of `clause` its kind, and constants their values, from the columns that they
// stand in and what they are compared with. An integer without a suffix is a number unless its
// surroundings say otherwise. REQUIRES: relations and variables are resolved.
//
// INVALID_ARGUMENT where kinds do not agree; UNIMPLEMENTED for records whose type nothing says.
absl::Status ResolveKinds(const RuleSet& rules, Clause* clause, Values* values);

// The value of the constant `term`, as a value of `kind`; nothing when it is none.
std::optional<Value> ConstantValue(const Term& term, Kind kind, Values* values);

}  // namespace cartograph::verify
