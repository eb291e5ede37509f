// Rule bodies evaluated against a model by nested loops: for checking, never in the product.

#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "rules/facts/model.h"
#include "tests/support/plain_terms.h"

namespace cartograph::rules {

// Calls `visit` for every substitution that extends `known` and under which all literals of `body`
// hold. Literals are taken as written, each put off until what it needs is known. REQUIRES: no
// aggregates and no ranges.
void ForEachBinding(const Model& model, const std::vector<Literal>& body, const Substitution& known,
                    const std::function<void(const Substitution&)>& visit);

// Whether no fact matches `atom`; nothing while a variable is unknown.
std::optional<bool> IsAbsent(const Model& model, const Atom& atom, const Substitution& known);

// Whether the constraint holds, learning what an equality gives; nothing while it cannot be told.
std::optional<bool> TestConstraint(const Literal& literal, Substitution* known,
                                   Interning* interning);

}  // namespace cartograph::rules
