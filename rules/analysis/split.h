// Splitting of written rules into clauses: one for each head and each way through the disjunctions.

#pragma once

#include <vector>

#include "rules/analysis/clause.h"
#include "rules/analysis/expanded_program.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {

// The clauses of rule number `rule`, in order of heads, then of disjuncts; none when something in
// it is reported. Of what clause.h promises, this gives the form of the literals and the numbers of
// terms; scopes.h gives the rest.
std::vector<Clause> SplitRule(const RuleSyntax& rule, uint32_t number, DiagnosticList* diagnostics);

// Numbers the terms of `clause` anew.
void NumberTerms(Clause* clause);

// A copy of the term's aggregate that only this term refers to, so that it may be changed while the
// clause is made.
AggregateSyntax* OwnAggregate(TermSyntax* term);

}  // namespace cartograph::rules
