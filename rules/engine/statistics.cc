#include "rules/engine/statistics.h"

#include <algorithm>

namespace cartograph::rules {

AtomStatistics StatisticsOf(const GrowingRelation& relation, bool delta) {
  const uint32_t begin = delta ? relation.delta_begin() : 0;
  const double rows = static_cast<double>(relation.visible() - begin);
  const uint32_t columns = relation.layout().columns();
  std::vector<double> distinct(columns);
  for (uint32_t i = 0; i < columns; ++i) {
    const double span = static_cast<double>(relation.layout().range(i).span) + 1;
    distinct[relation.order()[i]] = std::min(span, rows);
  }
  return {rows, std::move(distinct)};
}

}  // namespace cartograph::rules
