// Partition: how a stratum falls into parts that do not depend on each other.
//
// Where every recursive atom of every rule carries the variable that stands in one chosen column of
// the head, facts with different values there never meet: path(x, z) :- path(x, y), edge(y, z)
// closes each x by itself. Such a stratum, and any without recursion, is evaluated window by window
// of the values of that column: what is being derived stays in the cache, comes out grouped and
// nearly sorted, and is packed away before the next window.

#pragma once

#include <optional>
#include <vector>

#include "rules/engine/ranges.h"

namespace cartograph::rules {

// The atom that restricts a rule without recursive atoms to a window: it is scanned in order of
// `column`, which holds the head's variable.
struct Driver {
  uint32_t literal = 0;
  uint32_t column = 0;
};

struct Partition {
  std::vector<uint32_t> columns;  // by predicate: the column whose values make the windows
  std::vector<std::optional<Driver>>
      drivers;         // by rule; none where the rule has recursive atoms, or cannot be restricted
  ColumnRange values;  // all values of those columns
  double rows = 0;     // expected from the rules without recursive atoms
};

// What FindPartition knows of a stratum.
struct PartitionInput {
  const Program& program;
  const Stratum& stratum;
  const std::vector<std::shared_ptr<const Relation>>&
      relations;                            // by predicate; null for the stratum's own
  const std::vector<ColumnRanges>& ranges;  // by predicate, from FindRanges
};

// The cheapest partition, or nothing where there is none or evaluating in one piece is clearly
// cheaper.
std::optional<Partition> FindPartition(const PartitionInput& input);

}  // namespace cartograph::rules
