// Lowering: checked clauses in, the rules that the engine plans from out.
//
// What is added to program.h's promises: the arguments of body atoms are variables, constants and
// (negated) wildcards only; a functor or record that stood there is an equality of its own with a
// fresh variable. Records of constants are constants.

#pragma once

#include "rules/analysis/clause.h"
#include "rules/analysis/expanded_program.h"
#include "rules/analysis/program.h"
#include "rules/analysis/schema.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {

// Adds what `clause` comes to (a rule, a given fact, or a subsumption) to `program`, whose
// predicates and interning stand. Reports when no order of the literals binds what each of them
// needs, which only aggregates can bring about. REQUIRES: `clause` passed all checks;
// `program->sources` stand.
void LowerClause(const Clause& clause, const RuleSyntax& rule, const Schema& schema,
                 Program* program, DiagnosticList* diagnostics);

}  // namespace cartograph::rules
