// ChangeLog: what each revision did to the facts, and what caused it, for those who follow along.

#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "base/revision.h"
#include "cartograph/v1/change.pb.h"

namespace cartograph::storage {
class StoreSnapshot;
}

namespace cartograph::kb {

// One revision. Immutable.
struct Change {
  base::Revision revision;
  v1::ChangeRecord record;           // its delta is never left out
  std::vector<std::string> sources;  // those that changed, and those of evidence that changed
};

// Reads changes, and keeps the last few: many watchers follow the same ones.
//
// Thread-safety: any thread.
class ChangeLog {
 public:
  // Fills the delta of a record that left it out.
  using Derive = std::function<absl::Status(base::Revision revision, v1::ChangeRecord* record)>;

  // REQUIRES: kept_max > 0.
  ChangeLog(size_t kept_max, Derive derive) : kept_max_(kept_max), derive_(std::move(derive)) {}

  // The change that made `revision`. REQUIRES: 0 < revision ≤ store.revision(). Errors: DATA_LOSS;
  // those of `derive`.
  absl::StatusOr<std::shared_ptr<const Change>> Get(base::Revision revision,
                                                    const storage::StoreSnapshot& store)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  std::shared_ptr<const Change> Find(base::Revision revision) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t kept_max_;
  const Derive derive_;
  base::Mutex mutex_;
  std::deque<std::shared_ptr<const Change>> kept_ ABSL_GUARDED_BY(mutex_);  // read last is last
};

}  // namespace cartograph::kb
