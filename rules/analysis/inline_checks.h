// What an inline relation may not be.

#pragma once

#include <vector>

#include "rules/analysis/clause.h"
#include "rules/analysis/expanded_program.h"
#include "rules/analysis/schema.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {

// Whether every inline relation can be inlined where it is used; reports those that cannot.
bool CheckInline(const ExpandedProgram& program, const Schema& schema,
                 const std::vector<Clause>& clauses, DiagnosticList* diagnostics);

}  // namespace cartograph::rules
