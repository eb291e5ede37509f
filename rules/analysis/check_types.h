// Checks that every term of a clause has a type that fits where it stands.

#pragma once

#include "rules/analysis/clause.h"
#include "rules/analysis/schema.h"
#include "rules/analysis/type_inference.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {

// Infers the types of `clause`, fills in its kinds and types, and reports what does not fit.
void CheckTypes(const Schema& schema, Clause* clause, DiagnosticList* diagnostics);

}  // namespace cartograph::rules
