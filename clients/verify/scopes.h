// Which variables a rule has, and which of them its aggregates share.

#pragma once

#include "absl/status/status.h"
#include "clients/verify/rule_syntax.h"

namespace cartograph::verify {

// Numbers the variables of `clause`. A variable of an aggregate that the rest of the rule binds is
// shared with it, unless it stands in the target; all others are the aggregate's own.
//
// UNIMPLEMENTED for aggregates within aggregates, and for witnesses: variables that the rest of the
// rule uses, and only an aggregate binds.
absl::Status ResolveScopes(Clause* clause);

}  // namespace cartograph::verify
