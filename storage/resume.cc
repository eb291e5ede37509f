#include "storage/resume.h"

#include "base/status.h"
#include "rocksdb/db.h"
#include "storage/rocksdb_status.h"

namespace cartograph::storage {
namespace {

// Waits for the table or compaction under way, which may yet fail.
absl::Status AwaitBackgroundWork(rocksdb::DB* db) {
  RETURN_IF_ERROR(FromRocksDb(db->PauseBackgroundWork(), "cannot pause"));
  return FromRocksDb(db->ContinueBackgroundWork(), "cannot go on");
}

}  // namespace

absl::Status ResumeWork(const Database& database) {
  rocksdb::DB& db = database.db();
  RETURN_IF_ERROR(AwaitBackgroundWork(&db));
  if (database.table_failed()) {
    return absl::UnavailableError("a table could not be written: open the store again");
  }
  RETURN_IF_ERROR(FromRocksDb(db.Resume(), "cannot resume"));
  RETURN_IF_ERROR(database.WriteTables());
  return database.SyncLog();
}

}  // namespace cartograph::storage
