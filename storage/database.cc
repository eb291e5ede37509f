#include "storage/database.h"

#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "storage/rocksdb_status.h"

namespace cartograph::storage {

std::string DatabaseFolder(const std::string& store_path) {
  return absl::StrCat(store_path, "/db");
}

std::string DurableMarkFile(const std::string& store_path) {
  return absl::StrCat(store_path, "/durable");
}

Database::Database(std::unique_ptr<DirectoryLock> lock) : lock_(std::move(lock)) {}

absl::StatusOr<std::shared_ptr<const Database>> Database::Open(
    const StoreOptions& options, rocksdb::Env* env, std::unique_ptr<DirectoryLock> lock) {
  std::shared_ptr<Database> database(new Database(std::move(lock)));
  rocksdb::DBOptions db_options = DatabaseOptions(options);
  db_options.env = env;
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

}  // namespace cartograph::storage
