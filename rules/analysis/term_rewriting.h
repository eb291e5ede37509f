// Rewriting of terms in place, those of aggregates included.

#pragma once

#include <functional>
#include <vector>

#include "rules/syntax/ast.h"

namespace cartograph::rules {

// Changes a term; says whether the terms that it is made of are to be visited.
using TermRewriter = std::function<bool(TermSyntax* term)>;

// Visits `term`, then what it is made of. Aggregates are copied before they are changed, so other
// trees keep theirs.
void RewriteTerm(TermSyntax* term, const TermRewriter& rewrite);
void RewriteTerms(AtomSyntax* atom, const TermRewriter& rewrite);
// Of atoms, negated atoms and constraints.
void RewriteTerms(std::vector<BodySyntax>* literals, const TermRewriter& rewrite);

}  // namespace cartograph::rules
