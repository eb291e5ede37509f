// Store: durable bytes by name and revision.
//
// How a commit goes (one writer at a time, any number of committing threads):
//
//   {
//     MutexLock lock(&writer);                     // the caller's own
//     auto before = store->WriterView();           // includes what is appended but not yet durable
//     … decide, prepare the next version …
//     r = store->Append(write_set);                // in the WAL, unsynced, seen by no reader
//   }
//   store->WaitDurable(r);                         // one fsync for all that wait together
//   {
//     MutexLock lock(&publisher);                  // in order, for every durable version not yet
//     out snapshot = store->Publish(r);                // from here on Latest() shows it
//   }
//
// What stands on the disk, and how a damaged store is told from a torn one: docs/storage_format.md.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/revision.h"
#include "storage/options.h"
#include "storage/store_snapshot.h"
#include "storage/write_set.h"

namespace cartograph::storage {

// Figures for operators: approximate, cheap, read without stopping anything.
struct StoreStats {
  struct Family {
    std::string name;
    uint64_t keys_estimate = 0;
    uint64_t table_bytes = 0;
  };
  base::Revision appended;
  base::Revision durable;
  base::Revision visible;
  uint64_t flushes = 0;      // group commits since the store was opened
  uint64_t table_bytes = 0;  // sorted tables on disk
  uint64_t wal_bytes = 0;    // write-ahead log on disk
  uint64_t memtable_bytes = 0;
  uint64_t block_cache_bytes = 0;
  std::vector<Family> families;
};

// What Repair found, and what it does or would do.
struct RepairReport {
  base::Revision durable;    // the newest revision known to have been acknowledged
  base::Revision recovered;  // the newest revision that can still be read whole
  bool damaged = false;
  std::string text;  // for people: what is lost, revision by number
};

// An open store.
//
// Invariants: 1. appended ≥ durable ≥ visible; each only grows. 2. Revisions are dense: every one
// in [1, appended] was written by exactly one WriteSet. 3. Nothing that is not durable can be read,
// except through WriterView. 4. After a flush failed no write succeeds until Resume or a new Open;
// reads go on.
// Thread-safety: any thread may call anything; Append and Publish serialise inside.
// Errors: UNAVAILABLE carries the reason why writes are refused (full disk, failed fsync).
class Store {
 public:
  class Impl;  // in store_impl.h: only storage makes one
  explicit Store(std::unique_ptr<Impl> impl);

  // Opens the store in `options.path` and locks the folder. The newest durable revision is visible.
  //   NOT_FOUND            no folder, or no store in it and create_if_missing is false
  //   PERMISSION_DENIED    the folder cannot be written
  //   FAILED_PRECONDITION  another process holds it; it is no folder; its format is newer than ours
  //   UNAVAILABLE          full disk, or the disk does not answer
  //   DATA_LOSS            acknowledged bytes are damaged; the message says what to do. Nothing was
  //                        changed on the disk.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const StoreOptions& options);

  // Says what Open's DATA_LOSS would cost; with `apply`, cuts the damaged log after the last
  // revision that can be read whole, so that Open succeeds with what is left; the log as it was is
  // kept beside the database. OK and not damaged when there is nothing to repair. DATA_LOSS when
  // cutting the log does not help (a damaged table): restore a backup. Other errors as Open.
  static absl::StatusOr<RepairReport> Repair(const StoreOptions& options, bool apply);

  // Flushes nothing and waits for nobody: what was not durable may be lost. Snapshots stay valid.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Writes all of `writes` as the next revision, appended().next(), pending until WaitDurable says
  // OK. On error nothing of it will ever be seen, unless the error is UNAVAILABLE: then it is
  // unknown until the store is opened again.
  //   INVALID_ARGUMENT, RESOURCE_EXHAUSTED   as CheckLimits
  //   UNAVAILABLE                            the store refuses writes; the message says why.
  //                                          What was pending is refused with it
  absl::StatusOr<base::Revision> Append(const WriteSet& writes);

  // Returns when every revision ≤ `revision` is on stable storage. Threads that wait at the same
  // time share one fsync: the first leads, the others follow. UNAVAILABLE when that failed: then
  // every pending revision is dropped, and the outcome of this one is unknown until reopened.
  // REQUIRES: revision ≤ appended().
  absl::Status WaitDurable(base::Revision revision);

  // WaitDurable for everything appended so far.
  absl::Status Flush();

  // Makes `revision` the one that Latest() shows, and returns its snapshot.
  // REQUIRES: revision == visible().next(), revision ≤ durable().
  std::shared_ptr<const StoreSnapshot> Publish(base::Revision revision);

  // The newest published revision. Never null: revision 0 is the empty store.
  std::shared_ptr<const StoreSnapshot> Latest() const;

  // What the next Append builds on: the newest appended revision, durable or not (after a failed
  // flush: the newest durable one). For the writer alone; nothing read here may reach a client
  // before its revision is durable.
  std::shared_ptr<const StoreSnapshot> WriterView() const;

  base::Revision appended() const;
  base::Revision durable() const;
  base::Revision visible() const;

  // OK while writes are taken; else why they are not: a failure, or too little room on the disk.
  absl::Status WriteStatus() const;

  // After a failure: tries to take writes again without reopening. On success every revision up to
  // the returned one is durable and published: those after the old visible() were reported
  // UNAVAILABLE and did happen, so the caller rebuilds from Latest(). A no-op while writes are
  // taken or only space is short: those refusals end by themselves. UNAVAILABLE when the cause
  // persists or only a new Open helps. REQUIRES: no other thread is between Append and Publish.
  absl::StatusOr<base::Revision> Resume();

  absl::StatusOr<StoreStats> Stats() const;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace cartograph::storage
