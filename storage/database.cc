#include "storage/database.h"

#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/listener.h"
#include "storage/rocksdb_status.h"

namespace cartograph::storage {
namespace {

using rocksdb::BackgroundErrorReason;

// Notes failures to write tables, and keeps RocksDB from going on by itself after any failure: what
// was pending then has been refused, and only the store knows when that is settled.
class FailureListener : public rocksdb::EventListener {
 public:
  explicit FailureListener(std::shared_ptr<std::atomic<bool>> table_failed)
      : table_failed_(std::move(table_failed)) {}

  void OnBackgroundError(BackgroundErrorReason reason, rocksdb::Status* /*error*/) override {
    bool harmless = reason == BackgroundErrorReason::kWriteCallback ||
                    reason == BackgroundErrorReason::kCompaction;
    if (!harmless) *table_failed_ = true;
  }
  void OnErrorRecoveryBegin(BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }

 private:
  const std::shared_ptr<std::atomic<bool>> table_failed_;
};

}  // namespace

std::string DatabaseFolder(const std::string& store_path) {
  return absl::StrCat(store_path, "/db");
}

std::string DurableMarkFile(const std::string& store_path) {
  return absl::StrCat(store_path, "/durable");
}

Database::Database(rocksdb::Env* env, std::unique_ptr<DirectoryLock> lock)
    : lock_(std::move(lock)),
      table_failed_(std::make_shared<std::atomic<bool>>(false)),
      logs_(std::make_unique<LogFiles>(env)) {}

absl::StatusOr<std::shared_ptr<const Database>> Database::Open(
    const StoreOptions& options, rocksdb::Env* env, std::unique_ptr<DirectoryLock> lock) {
  std::shared_ptr<Database> database(new Database(env, std::move(lock)));
  rocksdb::DBOptions db_options = DatabaseOptions(options);
  db_options.env = database->logs_->env();
  db_options.listeners = {std::make_shared<FailureListener>(database->table_failed_)};
  db_options.max_bgerror_resume_count = 0;
  std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (size_t i = 0; i < kFamilies; ++i) {
    descriptors.emplace_back(kFamilyNames[i],
                             FamilyOptions(static_cast<Family>(i), options, cache));
  }
  rocksdb::DB* db = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(db_options, DatabaseFolder(options.path), descriptors,
                                             &database->families_, &db);
  database->db_.reset(db);
  if (!status.ok()) return FromRocksDb(status, absl::StrCat("cannot open ", options.path));
  return std::shared_ptr<const Database>(std::move(database));
}

Database::~Database() {
  for (rocksdb::ColumnFamilyHandle* family : families_) delete family;
}

absl::Status Database::SyncLog() const {
  RETURN_IF_ERROR(FromRocksDb(db_->FlushWAL(/*sync=*/false), "cannot write the log"));
  return logs_->Sync();
}

absl::Status Database::WriteTables() const {
  rocksdb::FlushOptions wait;
  RETURN_IF_ERROR(FromRocksDb(db_->Flush(wait, families_), "cannot write tables"));
  logs_->ForgetFinished();
  return absl::OkStatus();
}

}  // namespace cartograph::storage
