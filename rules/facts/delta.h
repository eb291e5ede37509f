// Delta: facts removed and facts added. The only currency of change.

#pragma once

#include <vector>

#include "rules/facts/fact.h"

namespace cartograph::rules {

// Normalised: both lists sorted and without repeats, disjoint, and without no-ops against the model
// it applies to (what is removed was there, what is added was not).
struct Delta {
  std::vector<Fact> removed;
  std::vector<Fact> added;

  bool empty() const { return removed.empty() && added.empty(); }
  friend bool operator==(const Delta&, const Delta&) = default;
};

// Sorts both lists, drops repeats, and cancels facts that stand in both.
Delta Normalize(Delta delta);

}  // namespace cartograph::rules
