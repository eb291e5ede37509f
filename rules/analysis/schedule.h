// Orders of the literals of a rule in which each has what it needs.

#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "rules/analysis/program.h"

namespace cartograph::rules {

// The place of a literal of `body` that never gets what it needs when the variables of `given` are
// bound to begin with, or nothing: then the body is safe as program.h promises. Literals are taken
// greedily; binding more never hurts, so that finds an order when there is one. `variables` is how
// many the rule has. Cost: quadratic in the literals of one body at worst, linear for a body in a
// workable order.
std::optional<SourceSpan> FindUnschedulable(const std::vector<Literal>& body, size_t variables,
                                            const std::vector<const Atom*>& given);

// One literal of a body, and what is bound once it holds.
struct ScheduledLiteral {
  size_t literal = 0;       // index in the body
  std::vector<bool> bound;  // by variable
};

// An order in which each literal of `body` has what it needs: as written, but tests come as soon as
// they can be decided, and others wait for what they need. REQUIRES: FindUnschedulable finds none.
std::vector<ScheduledLiteral> Schedule(const std::vector<Literal>& body, size_t variables);

}  // namespace cartograph::rules
