// History: snapshots of revisions that memory no longer holds, derived again from the store.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "base/revision.h"
#include "kb/snapshot.h"

namespace cartograph::kb {

// Keeps the snapshots used last. Rebuilding costs an evaluation from scratch and the memory of a
// model, so one is rebuilt at a time; who asks for another waits.
//
// Thread-safety: any thread.
class History {
 public:
  struct Rebuilt {
    EntityView entities;
    std::shared_ptr<const rules::Model> model;
  };
  using Rebuild = std::function<absl::StatusOr<Rebuilt>(base::Revision revision)>;

  // REQUIRES: kept_max > 0.
  History(size_t kept_max, Rebuild rebuild) : kept_max_(kept_max), rebuild_(std::move(rebuild)) {}

  // The snapshot of `revision`. Errors: those of `rebuild`; nothing is kept of them.
  absl::StatusOr<Snapshot> At(base::Revision revision) ABSL_LOCKS_EXCLUDED(building_, mutex_);
  // Keeps what somebody else has rebuilt.
  Snapshot Keep(Rebuilt rebuilt) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  std::optional<Snapshot> Find(base::Revision revision) ABSL_LOCKS_EXCLUDED(mutex_);

  const size_t kept_max_;
  const Rebuild rebuild_;
  base::Mutex building_;
  base::Mutex mutex_;
  uint64_t rebuilds_ ABSL_GUARDED_BY(mutex_) = 0;
  std::list<Snapshot> kept_ ABSL_GUARDED_BY(mutex_);  // the one used last is first
};

}  // namespace cartograph::kb
