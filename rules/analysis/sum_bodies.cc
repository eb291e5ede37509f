#include "rules/analysis/sum_bodies.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/analysis/check_types.h"
#include "rules/analysis/grounding.h"
#include "rules/analysis/split.h"
#include "rules/analysis/term_rewriting.h"

namespace cartograph::rules {
namespace {

bool IsRange(const TermSyntax& term) {
  return term.kind == TermSyntax::Kind::kFunctor && term.text == "range";
}

// Visits terms of the literals that stand outside nested aggregates.
template <typename Visit>
void ForEachOuterTerm(const std::vector<BodySyntax>& literals, const Visit& visit) {
  auto walk = [&](const auto& self, const TermSyntax& term) -> void {
    visit(term);
    for (const TermSyntax& argument : term.arguments) self(self, argument);
  };
  for (const BodySyntax& literal : literals) {
    if (const AtomSyntax* atom = AtomOf(literal)) {
      for (const TermSyntax& argument : atom->arguments) walk(walk, argument);
    }
    for (const TermSyntax& side : literal.constraint.sides) walk(walk, side);
  }
}

bool RepeatsVariable(const AtomSyntax& atom) {
  std::set<std::string> names;
  bool repeats = false;
  ForEachTerm(atom, [&](const TermSyntax& term) {
    repeats |= term.kind == TermSyntax::Kind::kVariable && !names.insert(term.text).second;
  });
  return repeats;
}

// Whether Soufflé would keep the body as a relation.
bool IsMaterialized(const AggregateSyntax& aggregate) {
  size_t atoms = 0;
  bool materialized = false;
  for (const BodySyntax& literal : aggregate.literals) {
    if (literal.kind != BodySyntax::Kind::kAtom) continue;
    ++atoms;
    materialized |= RepeatsVariable(literal.atom);
  }
  ForEachOuterTerm(aggregate.literals, [&](const TermSyntax& term) {
    materialized |= term.aggregate != nullptr || IsRange(term);
  });
  return materialized || atoms > 1;
}

bool HoldsUnnamed(const AggregateSyntax& aggregate) {
  std::vector<BodySyntax> atoms;
  for (const BodySyntax& literal : aggregate.literals) {
    if (literal.kind == BodySyntax::Kind::kAtom) atoms.push_back(literal);
  }
  bool found = false;
  ForEachOuterTerm(
      atoms, [&](const TermSyntax& term) { found |= term.kind == TermSyntax::Kind::kUnnamed; });
  return found;
}

class SumMaterializer {
 public:
  SumMaterializer(Schema* schema, DiagnosticList* diagnostics)
      : schema_(*schema), diagnostics_(*diagnostics) {}

  // The clauses that the bodies of `clause` became; `clause` refers to their predicates.
  std::vector<Clause> Run(Clause* clause) {
    clause_ = clause;
    ForEachTerm(*clause, [&](const TermSyntax& term) {
      if (term.kind == TermSyntax::Kind::kVariable) ++occurrences_[term.text];
      if (term.kind == TermSyntax::Kind::kVariable) types_.emplace(term.text, TypeOf(term));
    });
    auto materialize = [&](TermSyntax* term) { return Materialize(term); };
    RewriteTerms(&clause->head, materialize);
    RewriteTerms(&clause->body, materialize);
    return std::move(made_);
  }

 private:
  TypeId TypeOf(const TermSyntax& term) const { return clause_->types[term.number]; }

  // Inner aggregates first.
  bool Materialize(TermSyntax* term) {
    if (term->aggregate == nullptr) return true;
    AggregateSyntax* aggregate = OwnAggregate(term);
    RewriteTerms(&aggregate->literals, [&](TermSyntax* inner) { return Materialize(inner); });
    bool sums =
        aggregate->op == AggregateSyntax::Op::kSum || aggregate->op == AggregateSyntax::Op::kMean;
    if (sums && HoldsUnnamed(*aggregate) && IsMaterialized(*aggregate)) Replace(*term, aggregate);
    return false;
  }

  // The variables of the body that are not local to an aggregate in it.
  std::set<std::string> VariablesOf(const AggregateSyntax& aggregate) const {
    std::set<std::string> names;
    std::map<std::string, size_t> nested;
    ForEachOuterTerm(aggregate.literals, [&](const TermSyntax& term) {
      if (term.kind == TermSyntax::Kind::kVariable) names.insert(term.text);
      if (term.aggregate == nullptr) return;
      ForEachTerm(term, [&](const TermSyntax& inner) {
        if (inner.kind == TermSyntax::Kind::kVariable) ++nested[inner.text];
      });
    });
    for (const auto& [name, count] : nested) {
      if (occurrences_.at(name) > count) names.insert(name);
    }
    return names;
  }

  void Replace(const TermSyntax& term, AggregateSyntax* aggregate) {
    std::set<std::string> names = VariablesOf(*aggregate);
    Grounding grounding(aggregate->literals,
                        [](const AggregateSyntax*) { return Grounding::Treatment::kOpaque; });
    AtomSyntax atom{.name = absl::StrCat("@sum", schema_.predicates.size()),
                    .span = term.span,
                    .name_span = term.span};
    Predicate predicate{.name = atom.name, .generated = true};
    for (const std::string& name : names) {
      if (!grounding.IsBound(name)) return Refuse(term, name);
      atom.arguments.push_back(
          {.kind = TermSyntax::Kind::kVariable, .text = name, .span = term.span});
      TypeId type = types_.at(name);
      predicate.columns.push_back(
          {std::string(WrittenName(name)), type, schema_.types.type(type).kind});
    }
    schema_.by_name.emplace(atom.name, static_cast<PredicateId>(schema_.predicates.size()));
    schema_.predicates.push_back(std::move(predicate));
    schema_.predicate_spans.push_back(term.span);
    schema_.is_inline.push_back(false);
    made_.push_back({.rule = clause_->rule, .head = atom, .body = std::move(aggregate->literals)});
    aggregate->literals = {{.kind = BodySyntax::Kind::kAtom, .atom = atom, .span = term.span}};
  }

  void Refuse(const TermSyntax& term, const std::string& name) {
    diagnostics_.Add(Code::kSumUnnamed, term.span,
                     absl::StrCat("this body holds '_' and does not bind '", WrittenName(name),
                                  "' itself, which is not supported"),
                     "define a relation with the columns that matter and aggregate over it");
  }

  Schema& schema_;
  DiagnosticList& diagnostics_;
  Clause* clause_ = nullptr;
  std::map<std::string, size_t> occurrences_;
  std::map<std::string, TypeId> types_;
  std::vector<Clause> made_;
};

}  // namespace

void MaterializeSumBodies(Schema* schema, std::vector<Clause>* clauses,
                          DiagnosticList* diagnostics) {
  std::vector<Clause> all;
  for (Clause& clause : *clauses) {
    Clause original = clause;
    FixNumbers(&clause);
    std::vector<Clause> made = SumMaterializer(schema, diagnostics).Run(&clause);
    if (made.empty()) {
      all.push_back(std::move(original));
      continue;
    }
    made.push_back(std::move(clause));
    for (Clause& changed : made) {
      NumberTerms(&changed);
      CheckTypes(*schema, &changed, diagnostics);
      all.push_back(std::move(changed));
    }
  }
  *clauses = std::move(all);
}

}  // namespace cartograph::rules
