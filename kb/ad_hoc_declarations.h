// Declarations of the relations that an ad-hoc question uses without declaring them.
//
// A relation gets one column for each argument of its first head. A column's type is the narrowest
// type that all its heads fit in: of a variable, the narrowest type of the columns that it stands
// in in positive literals of the body; of a functor or an aggregate, its result; of a constant
// alone, symbol or number. A column of which nothing is known (nothing binds it, or what binds it
// is misspelt) is a symbol: so the compiler speaks of the mistake, and not of a missing
// declaration. A relation with columns of records is to be declared by its author.

#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "rules/analysis/program.h"

namespace cartograph::kb {

// `.decl` lines for the relations that are heads in `text` and are declared neither there nor in
// `given`. "" when there are none, or when `text` does not parse.
std::string DeclareFromUse(absl::string_view text, const rules::Program& given);

}  // namespace cartograph::kb
