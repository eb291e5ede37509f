// The order in which the literals of a body are evaluated.

#pragma once

#include <optional>
#include <vector>

#include "rules/engine/body.h"
#include "rules/engine/statistics.h"

namespace cartograph::rules {

struct OrderRequest {
  const Body* body = nullptr;
  std::vector<AtomStatistics> statistics;  // by literal; empty entries for what is no atom
  std::vector<uint32_t> bound;             // variables bound from the start
  std::optional<uint32_t> first;           // the literal to begin with: an atom
  bool costs = false;       // whether the plan's cost and rows are wanted, not its order alone
  bool scan_first = false;  // all rows of `first` are read, even if constants would pick some
};

struct OrderPlan {
  std::vector<uint32_t> order;  // indexes of all literals
  double cost = 0;              // rows between the steps, and what steps themselves cost in rows
  double rows = 0;              // expected at the end
};

// Whether `literal` can be evaluated once the variables with bound[variable] are. Atoms always can.
bool IsReady(const Literal& literal, const std::vector<bool>& bound);

// Places each literal where it is ready. Constraints and negations stand as early
// as they can, those whose evaluation may fail (division) as late as they need to; atoms are
// ordered for the fewest intermediate rows: by dynamic programming over their subsets up to 8
// atoms, greedily beyond.
OrderPlan OrderLiterals(const OrderRequest& request);

}  // namespace cartograph::rules
