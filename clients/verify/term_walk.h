// Walks over the terms of rules.

#pragma once

#include <memory>

#include "clients/verify/rule_syntax.h"

namespace cartograph::verify {

// Calls `visit(Term&)` for `term` and all in it, but for what is within aggregates.
template <typename AnyTerm, typename Visit>
void ForEachTerm(AnyTerm& term, const Visit& visit) {
  visit(term);
  for (auto& argument : term.arguments) {
    ForEachTerm(argument, visit);
  }
}
template <typename AnyLiteral, typename Visit>
void ForEachTermOf(AnyLiteral& literal, const Visit& visit) {
  for (auto& argument : literal.atom.arguments) {
    ForEachTerm(argument, visit);
  }
  for (auto& side : literal.sides) {
    ForEachTerm(side, visit);
  }
}

// The same with what is within aggregates. Clauses of one written rule begin with the same
// aggregates: see OwnAggregates.
template <typename Visit>
void ForEachTermWithin(Term& term, const Visit& visit);

template <typename Visit>
void ForEachTermWithin(Literal& literal, const Visit& visit) {
  for (Term& argument : literal.atom.arguments) {
    ForEachTermWithin(argument, visit);
  }
  for (Term& side : literal.sides) {
    ForEachTermWithin(side, visit);
  }
}
template <typename Visit>
void ForEachTermWithin(Aggregate& aggregate, const Visit& visit) {
  for (Term& target : aggregate.target) {
    ForEachTermWithin(target, visit);
  }
  for (Literal& literal : aggregate.body) {
    ForEachTermWithin(literal, visit);
  }
}
template <typename Visit>
void ForEachTermWithin(Term& term, const Visit& visit) {
  visit(term);
  for (Term& argument : term.arguments) {
    ForEachTermWithin(argument, visit);
  }
  if (term.aggregate != nullptr) {
    ForEachTermWithin(*term.aggregate, visit);
  }
}
template <typename Visit>
void ForEachTermWithin(Clause& clause, const Visit& visit) {
  for (Term& argument : clause.head.arguments) {
    ForEachTermWithin(argument, visit);
  }
  for (Literal& literal : clause.body) {
    ForEachTermWithin(literal, visit);
  }
}

// Gives `tree`, a term, literal or clause, aggregates that nothing else refers to.
template <typename Tree>
void OwnAggregates(Tree& tree) {
  ForEachTermWithin(tree, [](Term& term) {
    if (term.aggregate != nullptr) {
      term.aggregate = std::make_shared<Aggregate>(*term.aggregate);
    }
  });
}

}  // namespace cartograph::verify
