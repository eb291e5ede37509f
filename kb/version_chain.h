// VersionChain: the versions of the knowledge base, from appended to published.
//
//   Append ──► pending ──(durable)──► published: latest, and some before it
//
// The writer prepares each version on the newest appended one, durable or not; readers see
// published ones only.

#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/revision.h"
#include "kb/snapshot.h"
#include "rules/facts/model.h"
#include "storage/store.h"

namespace cartograph::kb {

// All that is true after one revision, but for the entities, which the store has.
struct Version {
  base::Revision revision;
  std::shared_ptr<const rules::Model> model;
  std::shared_ptr<const ActivePack> pack;  // null: none is active
  std::vector<uint64_t> live;              // entities that are not deleted, by kind
  absl::Time time;                         // of the commit; never before that of the one before
};

// Invariants: 1. Published versions have dense revisions, and so have pending ones after them. 2.
// What is published is durable. Thread-safety: any thread; Tip, Append and DropPending belong to
// whoever holds the writer's lock.
class VersionChain {
 public:
  // Told of the newest published revision; must not wait, nor call back.
  using Published = std::function<void(base::Revision revision)>;

  // `first` is the version at the store's visible revision. REQUIRES: `store` outlives this;
  // held_max > 0.
  VersionChain(storage::Store* store, size_t held_max, Version first, Published published);

  // The newest appended version: what the next write builds on.
  Version Tip() const;
  // REQUIRES: version.revision is the next after the tip's, and the store has appended it.
  void Append(Version version);

  // Returns when `revision` and all before it are durable and published. UNAVAILABLE when the flush
  // failed: then the caller takes the writer's lock and calls DropPending.
  absl::Status Publish(base::Revision revision);
  // Forgets the pending versions that are not durable.
  void DropPending();

  Snapshot Latest() const;
  // Entities alive at the latest version, by kind.
  std::vector<uint64_t> Live() const;
  // FAILED_PRECONDITION: not published yet. OUT_OF_RANGE: no longer held.
  absl::StatusOr<Snapshot> At(base::Revision revision) const;
  absl::StatusOr<Snapshot> AtLeast(base::Revision revision) const;

 private:
  absl::Status CheckReached(base::Revision revision) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  storage::Store* const store_;
  const size_t held_max_;
  const Published tell_published_;
  mutable base::Mutex mutex_;
  std::deque<Version> pending_ ABSL_GUARDED_BY(mutex_);
  Version published_ ABSL_GUARDED_BY(mutex_);
  std::deque<Snapshot> held_ ABSL_GUARDED_BY(mutex_);  // by revision, dense; the last is the latest
};

}  // namespace cartograph::kb
