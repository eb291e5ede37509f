// Scopes of variables in aggregates: what is local to a body, what the rest of the clause binds,
// what is a witness.
//
// As in Soufflé: a variable of an aggregate that the outer scope binds is shared with it, unless it
// stands in the target; one that the outer scope uses but does not bind, and the body binds, is a
// witness; all others are local. The outer scope of a nested aggregate is the clause together with
// the aggregates around it.

#pragma once

#include "rules/analysis/clause.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {

// Gives every local variable of an aggregate a name of its own, and makes the witnesses of min and
// max explicit:
//     p(x, m) :- m = max y : { q(x, y) }.
// becomes
//     p(x, m) :- m = max y'1 : { q(x'1, y'1) }, q(x, y'3), y'3 = max y'2 : { q(x'2, y'2) }.
// Reports witnesses of other aggregates, and of nested ones.
void ResolveScopes(Clause* clause, DiagnosticList* diagnostics);

}  // namespace cartograph::rules
