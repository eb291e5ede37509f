// The parts of a watch: rows of a snapshot, and facts of a change, a message at a time.

#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "base/budget.h"
#include "cartograph/v1/fact_service.pb.h"
#include "kb/change_log.h"
#include "services/fact_matcher.h"

namespace cartograph::services {

// Where the rows of a snapshot go on.
struct RowsLeft {
  const std::vector<FactMatcher::Search>* searches;
  size_t* search;  // the one that goes on; searches->size() at the end
  size_t* skip;    // of its rows, added already
};

// Adds rows to `event` until it has `bytes_max` or there are no more, and moves `left` on. A row
// that an earlier search found is not added again.
absl::Status AddRows(const rules::Model& model, size_t bytes_max, base::Budget* budget,
                     const RowsLeft& left, v1::WatchFactsResponse* event);

// Goes through the facts of a change that match.
class WatchDelta {
 public:
  // REQUIRES: `matcher` outlives this.
  WatchDelta(std::shared_ptr<const kb::Change> change, const FactMatcher* matcher)
      : change_(std::move(change)), matcher_(matcher) {}

  // Adds facts to `event` until it has `bytes_max`, at least one if there is one left.
  void Fill(size_t bytes_max, v1::WatchFactsResponse* event);

  const kb::Change& change() const { return *change_; }
  bool at_begin() const { return relation_ == 0 && row_ == 0 && removed_; }
  bool at_end() const { return relation_ == change_->record.delta_size(); }

 private:
  void Step();

  const std::shared_ptr<const kb::Change> change_;
  const FactMatcher* const matcher_;
  int relation_ = 0;     // of the delta
  bool removed_ = true;  // then the added ones
  int row_ = 0;
};

}  // namespace cartograph::services
