// What a Store holds. For storage/*.cc only.

#pragma once

#include <chrono>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "base/revision.h"
#include "storage/commit_chain.h"
#include "storage/database.h"
#include "storage/durable_mark.h"
#include "storage/options.h"
#include "storage/store.h"

namespace rocksdb {
class WriteBatch;
}

namespace cartograph::storage {

class Store::Impl {
 public:
  // `head` is what the freshly opened database holds, all of it durable.
  Impl(const StoreOptions& options, std::shared_ptr<const Database> database,
       std::unique_ptr<DurableMark> mark, base::Revision head, base::Revision oldest_request);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  absl::StatusOr<base::Revision> Append(const WriteSet& writes);
  absl::Status WriteStatus() const;
  absl::StatusOr<base::Revision> Resume();
  absl::StatusOr<StoreStats> Stats() const;

  CommitChain& chain() { return chain_; }
  const CommitChain& chain() const { return chain_; }

 private:
  absl::Status ForgetOldRequests(base::Revision revision, rocksdb::WriteBatch* batch)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(append_mutex_);
  // The chain's flush: the log, then the mark. Only one thread at a time is in it.
  absl::Status FlushLog(base::Revision target);
  absl::Status KeepMark(base::Revision target);

  const StoreOptions options_;
  const std::shared_ptr<const Database> database_;
  const std::unique_ptr<DurableMark> mark_;
  std::chrono::steady_clock::time_point mark_synced_;  // of the flushing thread

  base::Mutex append_mutex_;  // taken before the chain's
  base::Revision oldest_request_ ABSL_GUARDED_BY(append_mutex_);
  CommitChain chain_;
};

// What the database holds: {0, 0} when nothing was ever written. DATA_LOSS when the change log does
// not end where the head says.
absl::StatusOr<base::Revision> ReadHeadRevision(const Database& database);

}  // namespace cartograph::storage
