// LogFiles: the files of the write-ahead log, with their failures and their syncs in our hands. For
// storage/*.cc only.
//
// RocksDB lets one thread append to a log while another syncs it, but not when the disk fails: once
// a writer of its has seen an error, the next thread to use that writer ends the process by an
// assertion (Debian builds with them). Appending and syncing threads cannot be kept from meeting
// like that. So RocksDB never sees a log fail: the error is kept here, what follows is dropped, and
// our Sync tells.
//
// Why nothing is lost by that: nobody has been promised anything before our Sync said so. RocksDB
// itself syncs a finished log before it writes tables, lest one family be ahead of the others; with
// atomic flushes none ever is. Whoever comes to rely on a sync of RocksDB's own (SyncWAL,
// WriteOptions::sync, a checkpoint) must call our Sync instead.

#pragma once

#include <memory>

#include "absl/status/status.h"

namespace rocksdb {
class Env;
}

namespace cartograph::storage {

// Thread-safety: Sync is called by one thread at a time; files may be written, finished and deleted
// meanwhile.
class LogFiles {
 public:
  // Stands between RocksDB and `env`. REQUIRES: `env` outlives this.
  explicit LogFiles(rocksdb::Env* env);
  ~LogFiles();
  LogFiles(const LogFiles&) = delete;
  LogFiles& operator=(const LogFiles&) = delete;

  // What RocksDB must be opened on.
  rocksdb::Env* env() const;

  // Makes durable what has been written to any log that RocksDB still holds. UNAVAILABLE when that
  // fails, or writing it had failed; a failed log stays failed.
  absl::Status Sync();

  // All but the newest log no longer matter: what they held is in tables.
  void ForgetFinished();

 private:
  class FileSystem;

  const std::shared_ptr<FileSystem> files_;
  const std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace cartograph::storage
