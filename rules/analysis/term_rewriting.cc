#include "rules/analysis/term_rewriting.h"

#include <memory>

namespace cartograph::rules {

void RewriteTerm(TermSyntax* term, const TermRewriter& rewrite) {
  if (!rewrite(term)) return;
  for (TermSyntax& argument : term->arguments) RewriteTerm(&argument, rewrite);
  if (term->aggregate == nullptr) return;
  auto aggregate = std::make_shared<AggregateSyntax>(*term->aggregate);
  for (TermSyntax& target : aggregate->target) RewriteTerm(&target, rewrite);
  RewriteTerms(&aggregate->literals, rewrite);
  term->aggregate = std::move(aggregate);
}

void RewriteTerms(AtomSyntax* atom, const TermRewriter& rewrite) {
  for (TermSyntax& argument : atom->arguments) RewriteTerm(&argument, rewrite);
}

void RewriteTerms(std::vector<BodySyntax>* literals, const TermRewriter& rewrite) {
  for (BodySyntax& literal : *literals) {
    BodySyntax& inner = literal.kind == BodySyntax::Kind::kNegation ? literal.parts[0] : literal;
    RewriteTerms(&inner.atom, rewrite);
    for (TermSyntax& side : inner.constraint.sides) RewriteTerm(&side, rewrite);
  }
}

}  // namespace cartograph::rules
