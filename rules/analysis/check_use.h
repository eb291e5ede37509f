// Warnings about a program without errors that says what can hardly be meant: relations that
// nothing uses (W006), bodies that multiply (W007), rules that can never fire (W008).

#pragma once

#include <vector>

#include "rules/analysis/clause.h"
#include "rules/analysis/expanded_program.h"
#include "rules/analysis/schema.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {

// `clauses` are those of `program`, checked and not yet inlined. Cost: linear in their text.
void CheckUse(const ExpandedProgram& program, const Schema& schema,
              const std::vector<Clause>& clauses, DiagnosticList* diagnostics);

}  // namespace cartograph::rules
