// Values of constant terms.

#pragma once

#include <optional>

#include "rules/analysis/clause.h"
#include "rules/analysis/schema.h"
#include "rules/facts/symbol_table.h"

namespace cartograph::rules {

// The value of `term`, a term of `clause`, interned where it is a symbol or record; nothing when it
// holds anything but constants, records and branches. REQUIRES: the clause's types are checked.
std::optional<Value> ConstantValue(const TermSyntax& term, const Clause& clause,
                                   const Schema& schema, Interning* interning);

}  // namespace cartograph::rules
