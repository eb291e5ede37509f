// Bodies of sum and mean that are taken over fewer variables than they have.
//
// Soufflé keeps the body of an aggregate as a relation of its own when it has several positive
// atoms, a nested aggregate, a range, or a variable twice in its atom. For count that relation has
// a column for each `_`; for sum and mean it has not, so bindings that differ in `_` only are one.
// Where that matters, the body becomes a relation here too.

#pragma once

#include <vector>

#include "rules/analysis/clause.h"
#include "rules/analysis/schema.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {

// Moves such bodies into clauses of generated predicates, which are added to `schema` and
// `clauses`. REQUIRES: the clauses passed all checks.
void MaterializeSumBodies(Schema* schema, std::vector<Clause>* clauses,
                          DiagnosticList* diagnostics);

}  // namespace cartograph::rules
