// The order in which the literals of a body are evaluated.

#pragma once

#include <optional>
#include <vector>

#include "rules/engine/body.h"

namespace cartograph::rules {

// What is known of the relation behind an atom.
struct AtomStatistics {
  double rows = 0;
  std::vector<double> distinct;  // values by column
};

struct OrderRequest {
  const Body* body = nullptr;
  std::vector<AtomStatistics> statistics;  // by literal; empty entries for what is no atom
  std::vector<uint32_t> bound;             // variables bound from the start
  std::optional<uint32_t> first;           // the literal to begin with: an atom
};

// Whether `literal` can be evaluated once the variables with bound[variable] are. Atoms always can.
bool IsReady(const Literal& literal, const std::vector<bool>& bound);

// Indexes of all literals, each placed where it is ready. Constraints and negations stand as early
// as they can, those whose evaluation may fail (division) as late as they need to; atoms are
// ordered for the fewest intermediate rows: by dynamic programming over their subsets up to 8
// atoms, greedily beyond.
std::vector<uint32_t> OrderLiterals(const OrderRequest& request);

}  // namespace cartograph::rules
