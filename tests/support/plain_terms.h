// Terms of a program evaluated one value at a time, in the plainest way: for checking, never in the
// product.

#pragma once

#include <map>
#include <optional>
#include <vector>

#include "rules/analysis/program.h"

namespace cartograph::rules {

// Values of variables, as far as they are known.
using Substitution = std::map<uint32_t, Value>;

// The value of `term`, or nothing when a variable is unknown or the value does not exist (division
// by zero).
std::optional<Value> EvaluatePlainly(const Term& term, const Substitution& known,
                                     Interning* interning);

// Whether the comparison holds for two values.
bool ComparePlainly(Comparison comparison, ValueKind kind, Value left, Value right,
                    const Interning& interning);

// Makes `term` equal `value` by learning variables; false when it cannot be, or when it is a call
// with unknown variables.
bool Unify(const Term& term, Value value, Substitution* known, Interning* interning);

}  // namespace cartograph::rules
