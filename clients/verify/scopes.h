// Which variables a rule has, and which of them its aggregates share.

#pragma once

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/verify/rule_syntax.h"

namespace cartograph::verify {

// Gives each scope of `clause` variables of its own: a variable of an aggregate that its
// surroundings bind is shared with them, unless it stands in the target; all others go on behind a
// quotation mark. A witness, which the rule uses and only an aggregate binds, becomes an atom of
// the rule: the body of the aggregate stands there again, with the target equal to its value.
//
// INVALID_ARGUMENT for witnesses where the language has none.
absl::Status ResolveScopes(Clause* clause);

// Numbers the variables of `clause`, and says of its aggregates what they share. REQUIRES: scopes
// are resolved.
void NumberVariables(Clause* clause);

// The variable of `clause` that stands outside of aggregates and was written `name`. Of several
// none, unless one of them is called so still.
std::optional<size_t> FindWritten(const Clause& clause, absl::string_view name);

// Gives names to what atoms have in place of a value and has to be computed: `a(x + 1)` becomes
// `a(y), y = x + 1`; to ranges in heads; and to `_` in records that are compared.
void NameComputed(Clause* clause);

// `name` as it was written: "x" of "x'2".
absl::string_view WrittenName(absl::string_view name);

}  // namespace cartograph::verify
