// Inlining: relations declared `inline` are written out where they are used, and hold no facts of
// their own.

#pragma once

#include <vector>

#include "rules/analysis/clause.h"
#include "rules/analysis/expanded_program.h"
#include "rules/analysis/schema.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {

// Replaces every atom of an inline relation in `clauses` by the bodies of the relation's clauses,
// one clause for each; a negated atom by the negation of all of them. The clauses of inline
// relations go, and their predicates are generated ones from then on. As in Soufflé, reports inline
// relations that are recursive, read or written, aggregated over, or negated where that needs new
// variables. REQUIRES: the clauses passed all checks.
void InlineRelations(const ExpandedProgram& program, Schema* schema, std::vector<Clause>* clauses,
                     DiagnosticList* diagnostics);

}  // namespace cartograph::rules
