#include "services/watch_delta.h"

#include <algorithm>

#include "base/status.h"
#include "services/proto_convert.h"

namespace cartograph::services {
namespace {

bool Matches(const rules::Pattern& pattern, rules::TupleView row) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i].has_value() && row[i] != *pattern[i]) {
      return false;
    }
  }
  return true;
}

bool FoundBefore(const std::vector<FactMatcher::Search>& searches, size_t search,
                 rules::TupleView row) {
  return std::any_of(searches.begin(), searches.begin() + static_cast<ptrdiff_t>(search),
                     [&](const FactMatcher::Search& earlier) {
                       return earlier.predicate == searches[search].predicate &&
                              Matches(earlier.pattern, row);
                     });
}

}  // namespace

absl::Status AddRows(const rules::Model& model, size_t bytes_max, base::Budget* budget,
                     const RowsLeft& left, v1::WatchFactsResponse* event) {
  const std::vector<FactMatcher::Search>& searches = *left.searches;
  size_t bytes = 0;
  for (; *left.search < searches.size(); ++*left.search, *left.skip = 0) {
    const FactMatcher::Search& search = searches[*left.search];
    RETURN_IF_ERROR(rules::Query(model, search.predicate, search.pattern, *left.skip, budget,
                                 [&](rules::TupleView row) {
                                   if (bytes >= bytes_max) {
                                     return false;
                                   }
                                   ++*left.skip;
                                   if (!FoundBefore(searches, *left.search, row)) {
                                     v1::Fact* fact = event->add_added();
                                     ToProto(search.predicate, row, model, fact);
                                     bytes += fact->ByteSizeLong();
                                   }
                                   return true;
                                 }));
    if (bytes >= bytes_max) {
      return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

void WatchDelta::Fill(size_t bytes_max, v1::WatchFactsResponse* event) {
  size_t bytes = 0;
  while (!at_end() && bytes < bytes_max) {
    const v1::RelationDelta& delta = change_->record.delta(relation_);
    int rows = static_cast<int>(removed_ ? delta.rows_removed() : delta.rows_added());
    if (row_ >= rows || !matcher_->Follows(delta.relation())) {
      Step();
      continue;
    }
    int columns = static_cast<int>(delta.columns());
    const FactMatcher::Values& values = removed_ ? delta.removed() : delta.added();
    int first = row_++ * columns;
    if (matcher_->Matches(delta.relation(), values, first, columns)) {
      v1::Fact* fact = removed_ ? event->add_removed() : event->add_added();
      fact->set_predicate(delta.relation());
      for (int i = 0; i < columns; ++i) {
        *fact->add_values() = values.Get(first + i);
      }
      bytes += fact->ByteSizeLong();
    }
  }
}

// On to the other side of the relation, or to the next relation.
void WatchDelta::Step() {
  row_ = 0;
  relation_ += removed_ ? 0 : 1;
  removed_ = !removed_;
}

}  // namespace cartograph::services
