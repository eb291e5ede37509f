// Checks that every variable and record of a clause is bound.

#pragma once

#include "rules/analysis/clause.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {

void CheckSafety(const Clause& clause, bool is_inline, DiagnosticList* diagnostics);

}  // namespace cartograph::rules
