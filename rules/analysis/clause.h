// Clause: one head and a conjunction. What a written rule comes to, once for each of its heads and
// each way through its disjunctions. The naive evaluator of the tests interprets clauses; the
// engine gets rules lowered from them.
//
// What holds of a clause that stands in an AnalyzedProgram:
//   - names and types are checked; every relation, type and branch it names exists, with the arity
//   used;
//   - every literal of `body`, and of AggregateSyntax::literals, is a kAtom, a kNegation of a
//   kAtom, or a kConstraint;
//     negation of a constraint has become the opposite constraint;
//   - a variable that is local to an aggregate has a name of its own ("x'1": an apostrophe and a
//   number behind the name
//     as written), so one name is one variable throughout the clause, and what an aggregate shares
//     with the rest of the clause is exactly what has the same name there;
//   - a witness of min or max (a variable that only the aggregate's body binds, used outside of it)
//   has been made
//     explicit: the body is repeated outside, joined with the aggregate's value;
//   - every term, those of aggregates included, has its own number, and `kinds` says by number how
//   its value is read. For
//     a functor that is the kind of its result; which overload it is follows from the kinds of its
//     arguments;
//   - the clause is safe: some order of its literals binds every variable before it is needed.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/facts/predicate.h"
#include "rules/facts/value.h"
#include "rules/syntax/ast.h"

namespace cartograph::rules {

struct Clause {
  uint32_t rule = 0;                     // index in ExpandedProgram::rules
  AtomSyntax head;                       // of a subsumption: the dominated atom
  std::optional<AtomSyntax> dominating;  // of a subsumption only
  std::vector<BodySyntax> body;
  bool fact = false;             // no body was written
  uint32_t terms = 0;            // term numbers are below this
  std::vector<ValueKind> kinds;  // by TermSyntax::number
  std::vector<TypeId>
      types;  // by TermSyntax::number: for records and branches, which type; else its kind's
};

// Writes the integers of `clause` as the type they were inferred to have, which another clause that
// they are moved to might not say. REQUIRES: its types are inferred.
void FixNumbers(Clause* clause);

// A variable's name as written: without what makes a local variable's name its own.
absl::string_view WrittenName(absl::string_view name);

// Calls `visit(term)` for every term of the clause, outer terms before inner ones, those of
// aggregates included.
template <typename Visit>
void ForEachTerm(const TermSyntax& term, Visit&& visit);
template <typename Visit>
void ForEachTerm(const AtomSyntax& atom, Visit&& visit);
template <typename Visit>
void ForEachTerm(const std::vector<BodySyntax>& literals, Visit&& visit);
template <typename Visit>
void ForEachTerm(const Clause& clause, Visit&& visit);

// The atom of a kAtom or kNegation literal, else null.
const AtomSyntax* AtomOf(const BodySyntax& literal);

template <typename Visit>
void ForEachTerm(const TermSyntax& term, Visit&& visit) {
  visit(term);
  for (const TermSyntax& argument : term.arguments) ForEachTerm(argument, visit);
  if (term.aggregate == nullptr) return;
  for (const TermSyntax& target : term.aggregate->target) ForEachTerm(target, visit);
  ForEachTerm(term.aggregate->literals, visit);
}

template <typename Visit>
void ForEachTerm(const AtomSyntax& atom, Visit&& visit) {
  for (const TermSyntax& argument : atom.arguments) ForEachTerm(argument, visit);
}

template <typename Visit>
void ForEachTerm(const std::vector<BodySyntax>& literals, Visit&& visit) {
  for (const BodySyntax& literal : literals) {
    if (const AtomSyntax* atom = AtomOf(literal)) ForEachTerm(*atom, visit);
    for (const TermSyntax& side : literal.constraint.sides) ForEachTerm(side, visit);
  }
}

template <typename Visit>
void ForEachTerm(const Clause& clause, Visit&& visit) {
  ForEachTerm(clause.head, visit);
  if (clause.dominating) ForEachTerm(*clause.dominating, visit);
  ForEachTerm(clause.body, visit);
}

// How an atom stands in a clause's body.
struct AtomPlace {
  bool negated = false;
  bool aggregated = false;  // in the body of an aggregate
};

template <typename Visit>
void ForEachAtom(const TermSyntax& term, AtomPlace place, Visit&& visit);

// Calls `visit(atom, place)` for every atom of the literals, those of aggregates included.
template <typename Visit>
void ForEachAtom(const std::vector<BodySyntax>& literals, AtomPlace place, Visit&& visit) {
  for (const BodySyntax& literal : literals) {
    if (const AtomSyntax* atom = AtomOf(literal)) {
      place.negated = literal.kind == BodySyntax::Kind::kNegation;
      visit(*atom, place);
      for (const TermSyntax& argument : atom->arguments) ForEachAtom(argument, place, visit);
    }
    for (const TermSyntax& side : literal.constraint.sides) ForEachAtom(side, place, visit);
  }
}

template <typename Visit>
void ForEachAtom(const TermSyntax& term, AtomPlace place, Visit&& visit) {
  for (const TermSyntax& argument : term.arguments) ForEachAtom(argument, place, visit);
  if (term.aggregate == nullptr) return;
  place.aggregated = true;
  for (const TermSyntax& target : term.aggregate->target) ForEachAtom(target, place, visit);
  ForEachAtom(term.aggregate->literals, place, visit);
}

}  // namespace cartograph::rules
