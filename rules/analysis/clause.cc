#include "rules/analysis/clause.h"

#include "rules/analysis/term_rewriting.h"

namespace cartograph::rules {

void FixNumbers(Clause* clause) {
  auto fix = [&](TermSyntax* term) {
    if (term->kind != TermSyntax::Kind::kNumber) return true;
    ValueKind kind = clause->kinds[term->number];
    if (kind == ValueKind::kFloat) term->kind = TermSyntax::Kind::kFloat;
    if (kind == ValueKind::kUnsigned) term->kind = TermSyntax::Kind::kUnsigned;
    return true;
  };
  RewriteTerms(&clause->head, fix);
  RewriteTerms(&clause->body, fix);
}

absl::string_view WrittenName(absl::string_view name) { return name.substr(0, name.find('\'')); }

const AtomSyntax* AtomOf(const BodySyntax& literal) {
  if (literal.kind == BodySyntax::Kind::kAtom) return &literal.atom;
  if (literal.kind == BodySyntax::Kind::kNegation) return &literal.parts[0].atom;
  return nullptr;
}

}  // namespace cartograph::rules
