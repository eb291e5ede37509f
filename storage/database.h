// Database: the open RocksDB below a store, with its families and its lock. For storage/*.cc only.

#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/column_families.h"
#include "storage/directory_lock.h"
#include "storage/log_files.h"
#include "storage/options.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Env;
}  // namespace rocksdb

namespace cartograph::storage {

// Where things are in a store's folder.
std::string DatabaseFolder(const std::string& store_path);
std::string DurableMarkFile(const std::string& store_path);

// Shared by the store and its snapshots: the folder stays locked until the last one lets go.
class Database {
 public:
  // Opens for reading and writing, and makes what is missing. RocksDB replays the log and cuts it
  // at the first damage: recovery.h says beforehand whether that may happen.
  static absl::StatusOr<std::shared_ptr<const Database>> Open(const StoreOptions& options,
                                                              rocksdb::Env* env,
                                                              std::unique_ptr<DirectoryLock> lock);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* family(Family family) const {
    return families_[static_cast<size_t>(family)];
  }
  const std::vector<rocksdb::ColumnFamilyHandle*>& families() const { return families_; }
  // Makes everything that was written before the call durable: one sync. One caller at a time.
  absl::Status SyncLog() const;
  // Writes all that is in memory to tables and goes on with a new log. REQUIRES: nobody writes.
  absl::Status WriteTables() const;
  // Whether writing a table, or the list of tables, ever failed.
  bool table_failed() const { return *table_failed_; }

 private:
  Database(rocksdb::Env* env, std::unique_ptr<DirectoryLock> lock);

  const std::unique_ptr<DirectoryLock> lock_;  // let go last
  const std::shared_ptr<std::atomic<bool>> table_failed_;
  const std::unique_ptr<LogFiles> logs_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

}  // namespace cartograph::storage
