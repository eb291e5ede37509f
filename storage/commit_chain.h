// CommitChain: the versions between what readers see and what was appended, and the one fsync that
// a group of waiting threads shares.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "base/mutex.h"
#include "base/revision.h"
#include "storage/options.h"
#include "storage/store_snapshot.h"

namespace cartograph::storage {

using SnapshotPtr = std::shared_ptr<const StoreSnapshot>;

// Bookkeeping only: it knows nothing of RocksDB, so its tests can decide when a flush ends and how.
//
// The simple explanation: a thread that wants revision r durable flushes, unless another thread is
// flushing already; then it waits for that one, and looks again. A flush covers whatever was
// appended when it began. So threads that arrive during a flush share the next.
// What that leaves out: just after a flush its many followers are busy appending anew, and the
// quickest would lead a flush for itself alone, over and over halving the rate. So a leader waits a
// little for as many as the last flush served (GatherGroup).
//
// Invariants: 1. visible ≤ durable ≤ appended. 2. chain_ holds the snapshots of
// (visible, appended], in order. 3. At most one thread runs `flush`. 4. After a failure no flush
// begins, and when the one under way has ended nothing is pending: appended = durable.
// Thread-safety: all functions; Add is called by one thread at a time.
class CommitChain {
 public:
  // Makes everything appended up to `target` durable. Called without any lock of the chain.
  using FlushFunction = std::function<absl::Status(base::Revision target)>;

  CommitChain(const StoreOptions& options, base::Revision start, SnapshotPtr snapshot,
              FlushFunction flush);

  // OK when one more revision may be appended; waits for a flush when pending_max are pending.
  absl::Status AwaitRoom();
  // The next revision was appended. UNAVAILABLE: a flush failed meanwhile, and took it along.
  absl::Status Add(SnapshotPtr snapshot);
  // Appending failed: as a failed flush, except that a flush under way may still succeed.
  void Fail(const absl::Status& reason);

  // As Store::WaitDurable.
  absl::Status WaitDurable(base::Revision revision);
  // As Store::Publish.
  SnapshotPtr Publish(base::Revision revision);
  // After a repair of what failed: everything up to `revision` is durable and visible.
  void Restart(base::Revision revision, SnapshotPtr snapshot);

  SnapshotPtr latest() const;
  SnapshotPtr writer_view() const;
  base::Revision appended() const;
  base::Revision durable() const;
  base::Revision visible() const;
  uint64_t flushes() const;
  absl::Status write_status() const;

 private:
  base::Revision AppendedLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Lead() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void GatherGroup() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  uint64_t PendingLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropPending() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::chrono::microseconds group_wait_max_;
  const uint64_t pending_max_;
  const FlushFunction flush_;

  mutable base::Mutex mutex_;
  base::CondVar flushed_;  // a flush ended
  base::CondVar grown_;    // a revision was added

  SnapshotPtr visible_snapshot_ ABSL_GUARDED_BY(mutex_);
  std::deque<SnapshotPtr> chain_ ABSL_GUARDED_BY(mutex_);
  base::Revision visible_ ABSL_GUARDED_BY(mutex_);
  base::Revision durable_ ABSL_GUARDED_BY(mutex_);
  absl::Status refusal_ ABSL_GUARDED_BY(mutex_);  // OK until something failed
  bool flushing_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t flushes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t last_group_ ABSL_GUARDED_BY(mutex_) = 1;
  std::chrono::microseconds last_flush_time_ ABSL_GUARDED_BY(mutex_){0};
};

}  // namespace cartograph::storage
