// Compact text of a compiled program, for tests.

#pragma once

#include <string>

#include "rules/analysis/program.h"

namespace cartograph::rules {

// Predicates, facts, rules in the order of their strata, directives: one line each.
//   rule path(x, z) :- path(x, y), edge(y, z).
// Fresh variables are _0, _1, …; an aggregate is `x = sum y : { … } outer x`; kinds other than
// number stand behind a variable as x:symbol in the list of a rule's variables.
std::string Dump(const Program& program);

}  // namespace cartograph::rules
