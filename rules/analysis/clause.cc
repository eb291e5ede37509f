#include "rules/analysis/clause.h"

namespace cartograph::rules {

absl::string_view WrittenName(absl::string_view name) { return name.substr(0, name.find('\'')); }

const AtomSyntax* AtomOf(const BodySyntax& literal) {
  if (literal.kind == BodySyntax::Kind::kAtom) return &literal.atom;
  if (literal.kind == BodySyntax::Kind::kNegation) return &literal.parts[0].atom;
  return nullptr;
}

}  // namespace cartograph::rules
