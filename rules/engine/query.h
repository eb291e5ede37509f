// Query: the facts of one relation that match bound columns.

#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "base/budget.h"
#include "rules/facts/model.h"

namespace cartograph::rules {

// One entry a column; nothing means "any value".
using Pattern = std::vector<std::optional<Value>>;

// Calls `visit` for each fact of `predicate` that matches, in an order that is fixed for one model,
// until it returns false. `skip` facts are passed over first. Cost: proportional to the matches
// when a prefix of the columns or one indexed column is bound, else to the relation.
//
// REQUIRES: one pattern entry a column. Errors: what Budget::Check returns.
absl::Status Query(const Model& model, PredicateId predicate, const Pattern& pattern, size_t skip,
                   base::Budget* budget, const std::function<bool(TupleView)>& visit);

}  // namespace cartograph::rules
