// Which values the columns of derived relations can hold.

#pragma once

#include <vector>

#include "rules/analysis/program.h"
#include "rules/facts/relation.h"

namespace cartograph::rules {

// The ranges of one relation's columns, in the predicate's order; one range {0} for a predicate
// without columns.
using ColumnRanges = std::vector<ColumnRange>;

// The ranges of `relation`'s columns: exact, or a little wider.
ColumnRanges RangesOf(const Relation& relation);

// Ranges that hold every tuple the rules of `stratum` can derive: the least fixpoint of passing
// ranges through rules, with everything that is computed taken to be anything. `relations` are
// those of lower strata; `given` those of the facts given for the stratum's own predicates. The
// result is indexed by predicate; entries outside the stratum are empty.
std::vector<ColumnRanges> FindRanges(const Program& program, const Stratum& stratum,
                                     const std::vector<std::shared_ptr<const Relation>>& relations,
                                     const std::vector<std::shared_ptr<const Relation>>& given);

}  // namespace cartograph::rules
