// Store::Stats: what RocksDB tells about itself.

#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/transaction_log.h"
#include "storage/rocksdb_status.h"
#include "storage/store.h"
#include "storage/store_impl.h"

namespace cartograph::storage {
namespace {

uint64_t Property(const Database& database, Family family, const std::string& name) {
  uint64_t value = 0;
  database.db().GetIntProperty(database.family(family), name, &value);
  return value;
}

StoreStats::Family FamilyStats(const Database& database, Family family) {
  return {.name = FamilyName(family),
          .keys_estimate = Property(database, family, rocksdb::DB::Properties::kEstimateNumKeys),
          .table_bytes = Property(database, family, rocksdb::DB::Properties::kLiveSstFilesSize)};
}

absl::StatusOr<uint64_t> WalBytes(const Database& database) {
  rocksdb::VectorLogPtr logs;
  RETURN_IF_ERROR(FromRocksDb(database.db().GetSortedWalFiles(logs), "cannot list the log"));
  uint64_t bytes = 0;
  for (const auto& log : logs) bytes += log->SizeFileBytes();
  return bytes;
}

}  // namespace

absl::StatusOr<StoreStats> Store::Impl::Stats() const {
  StoreStats stats;
  stats.appended = chain_.appended();
  stats.durable = chain_.durable();
  stats.visible = chain_.visible();
  stats.flushes = chain_.flushes();
  for (size_t i = 0; i < kFamilies; ++i) {
    auto family = static_cast<Family>(i);
    stats.families.push_back(FamilyStats(*database_, family));
    stats.table_bytes += stats.families.back().table_bytes;
    stats.memtable_bytes +=
        Property(*database_, family, rocksdb::DB::Properties::kSizeAllMemTables);
  }
  stats.block_cache_bytes =
      Property(*database_, Family::kMeta, rocksdb::DB::Properties::kBlockCacheUsage);
  ASSIGN_OR_RETURN(stats.wal_bytes, WalBytes(*database_));
  return stats;
}

}  // namespace cartograph::storage
