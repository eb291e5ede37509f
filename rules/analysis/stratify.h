// Stratification: predicates in groups, so that negation and aggregation look only at groups that
// are complete.
//
// A predicate depends negatively on what its rules negate or aggregate over. The strata are the
// strongly connected components of the dependencies, lower ones first; a program is stratified when
// no component holds a negative dependency. (Apt, Blair and Walker, "Towards a theory of
// declarative knowledge", 1988.)

#pragma once

#include "rules/analysis/program.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {

// Fills in the strata of `program`. Reports every recursion through negation or aggregation, with
// its cycle in the notes.
void Stratify(Program* program, DiagnosticList* diagnostics);

}  // namespace cartograph::rules
