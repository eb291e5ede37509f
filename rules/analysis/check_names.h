// Checks of a rule that need no types: relations, arities, branches, functors, `_`, and variables
// that stand once.

#pragma once

#include "rules/analysis/expanded_program.h"
#include "rules/analysis/schema.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {

void CheckNames(const RuleSyntax& rule, const Schema& schema, DiagnosticList* diagnostics);
// Of an atom on its own: the relation, its arity, and the terms; `_` may stand for an argument.
void CheckNames(const AtomSyntax& atom, const Schema& schema, DiagnosticList* diagnostics);
void CheckNames(const DirectiveSyntax& directive, const Schema& schema,
                DiagnosticList* diagnostics);

}  // namespace cartograph::rules
