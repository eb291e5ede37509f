// What the planner knows of a relation.

#pragma once

#include <vector>

#include "rules/engine/growing_relation.h"
#include "rules/facts/relation.h"

namespace cartograph::rules {

// Rows, and different values by column (in the predicate's order).
class AtomStatistics {
 public:
  AtomStatistics() = default;
  // Exact; values are counted when they are first asked for. `relation` must outlive this.
  explicit AtomStatistics(const Relation* relation)
      : rows(static_cast<double>(relation->size())), relation_(relation) {}
  AtomStatistics(double row_count, std::vector<double> distinct)
      : rows(row_count), distinct_(std::move(distinct)) {}

  double rows = 0;
  double Distinct(size_t column) const {
    if (relation_ == nullptr) return distinct_[column];
    return static_cast<double>(relation_->Distinct(static_cast<uint32_t>(column)));
  }

 private:
  const Relation* relation_ = nullptr;
  std::vector<double> distinct_;
};

// Of the visible rows, or of the delta: rows are exact, different values are bounded by the
// columns' ranges.
AtomStatistics StatisticsOf(const GrowingRelation& relation, bool delta);

}  // namespace cartograph::rules
