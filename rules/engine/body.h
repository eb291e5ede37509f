// Body: a rule body in the form that is planned.

#pragma once

#include <vector>

#include "rules/analysis/program.h"

namespace cartograph::rules {

// Literals in which
//   - arguments of atoms are variables, constants or wildcards,
//   - fields of a record on a side of an equality are variables or constants.
// What stood there instead has become a fresh variable and an equality of its own.
struct Body {
  std::vector<Literal> literals;
  std::vector<ValueKind> variable_kinds;  // of the rule's variables and the fresh ones
};

// Brings `literals` into that form; `variable_kinds` are those of the rule's variables.
Body Normalize(const std::vector<Literal>& literals, std::vector<ValueKind> variable_kinds);

// Appends the variables of `term` to `out`, with repeats.
void CollectVariables(const Term& term, std::vector<uint32_t>* out);
// The variables that `literal` reads or binds, with repeats; of an aggregate only its result and
// outer ones.
std::vector<uint32_t> VariablesOf(const Literal& literal);

}  // namespace cartograph::rules
