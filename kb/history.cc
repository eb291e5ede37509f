#include "kb/history.h"

#include <algorithm>
#include <iterator>

#include "base/status.h"

namespace cartograph::kb {

std::optional<Snapshot> History::Find(base::Revision revision) {
  base::MutexLock lock(&mutex_);
  auto found = std::find_if(kept_.begin(), kept_.end(), [revision](const Snapshot& snapshot) {
    return snapshot.revision() == revision;
  });
  if (found == kept_.end()) {
    return std::nullopt;
  }
  kept_.splice(kept_.begin(), kept_, found);
  return kept_.front();
}

absl::StatusOr<Snapshot> History::At(base::Revision revision) {
  if (std::optional<Snapshot> found = Find(revision)) {
    return *std::move(found);
  }
  base::MutexLock building(&building_);
  if (std::optional<Snapshot> found = Find(revision)) {  // built while this thread waited
    return *std::move(found);
  }
  ASSIGN_OR_RETURN(Rebuilt rebuilt, rebuild_(revision));
  return Keep(std::move(rebuilt));
}

Snapshot History::Keep(Rebuilt rebuilt) {
  std::list<Snapshot> dropped;  // freed after the lock is
  base::MutexLock lock(&mutex_);
  kept_.emplace_front(std::move(rebuilt.entities), std::move(rebuilt.model), ++rebuilds_);
  if (kept_.size() > kept_max_) {
    dropped.splice(dropped.begin(), kept_, std::prev(kept_.end()));
  }
  return kept_.front();
}

}  // namespace cartograph::kb
