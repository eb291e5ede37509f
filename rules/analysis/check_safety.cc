#include "rules/analysis/check_safety.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/analysis/grounding.h"

namespace cartograph::rules {

void CheckSafety(const Clause& clause, bool is_inline, DiagnosticList* diagnostics) {
  if (clause.fact) return;
  std::vector<BodySyntax> literals = clause.body;
  // The dominated and the dominating fact are looked up; the arguments of an inline relation are
  // bound where it is used.
  auto bind = [&](const AtomSyntax& atom) {
    literals.push_back({.kind = BodySyntax::Kind::kAtom, .atom = atom, .span = atom.span});
  };
  if (clause.dominating) {
    bind(clause.head);
    bind(*clause.dominating);
  } else if (is_inline) {
    bind(clause.head);
  }
  Grounding grounding(literals,
                      [](const AggregateSyntax*) { return Grounding::Treatment::kEnter; });
  grounding.AddTerms(clause.head);
  std::set<std::string> reported;
  auto check = [&](const TermSyntax& term) {
    if (grounding.IsBound(term)) return;
    if (term.kind == TermSyntax::Kind::kVariable && reported.insert(term.text).second) {
      diagnostics->Add(
          Code::kUngroundedVariable, term.span,
          absl::StrCat("nothing binds the variable '", WrittenName(term.text), "'"),
          "it needs to stand in a positive atom of the body, or to equal something bound");
    }
    if (term.kind == TermSyntax::Kind::kRecord || term.kind == TermSyntax::Kind::kBranch) {
      diagnostics->Add(Code::kUngroundedRecord, term.span,
                       "nothing binds all parts of this record");
    }
  };
  for (const TermSyntax& argument : clause.head.arguments) ForEachTerm(argument, check);
  ForEachTerm(literals, check);
}

}  // namespace cartograph::rules
