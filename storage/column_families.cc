#include "storage/column_families.h"

#include "rocksdb/cache.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/options.h"
#include "rocksdb/table.h"

namespace cartograph::storage {
namespace {

constexpr size_t kLogBufferBytes = size_t{4} << 20;
constexpr int kBloomBitsPerKey = 10;  // 1 % false hits: a missing key costs 0.6 µs instead of 3.4
constexpr size_t kInfoLogBytes = size_t{4} << 20;
constexpr size_t kInfoLogs = 4;

}  // namespace

rocksdb::DBOptions DatabaseOptions(const StoreOptions& options) {
  rocksdb::DBOptions db;
  db.create_if_missing = true;  // Open decides before whether that is meant
  db.create_missing_column_families = true;
  db.paranoid_checks = true;
  // All families' tables end at the same revision, so none is ahead of a log that lost its end.
  db.atomic_flush = true;
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;  // guarded: see recovery.h
  // An append only fills the log's buffer, so one write serves a group.
  db.manual_wal_flush = true;
  db.writable_file_max_buffer_size = kLogBufferBytes;
  db.db_write_buffer_size = options.write_buffer_bytes;
  db.max_total_wal_size = 2 * options.write_buffer_bytes;
  db.max_open_files = options.open_files_max;
  db.max_background_jobs = 2;  // one writes tables, one compacts
  db.keep_log_file_num = kInfoLogs;
  db.max_log_file_size = kInfoLogBytes;
  return db;
}

rocksdb::ColumnFamilyOptions FamilyOptions(Family family, const StoreOptions& options,
                                           const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;  // so that the cache's bound holds for them too
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  table.format_version = 5;
  rocksdb::ColumnFamilyOptions cf;
  cf.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  cf.write_buffer_size = options.write_buffer_bytes;  // db_write_buffer_size is the bound
  cf.compression = rocksdb::CompressionType::kLZ4Compression;
  cf.bottommost_compression = rocksdb::CompressionType::kZSTD;
  bool cold = family == Family::kHistory || family == Family::kChanges || family == Family::kTexts;
  if (cold) cf.compression = rocksdb::CompressionType::kZSTD;
  cf.level_compaction_dynamic_level_bytes = true;
  return cf;
}

}  // namespace cartograph::storage
