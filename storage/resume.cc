#include "storage/resume.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/options.h"
#include "storage/rocksdb_status.h"

namespace cartograph::storage {
namespace {

absl::Status NeedsReopening(absl::string_view cause) {
  return absl::UnavailableError(absl::StrCat(cause, ": open the store again"));
}

// Waits for the table or compaction under way, which may yet fail.
absl::Status AwaitBackgroundWork(rocksdb::DB* db) {
  RETURN_IF_ERROR(FromRocksDb(db->PauseBackgroundWork(), "cannot pause"));
  return FromRocksDb(db->ContinueBackgroundWork(), "cannot go on");
}

}  // namespace

absl::Status ResumeWork(const Database& database) {
  rocksdb::DB& db = database.db();
  RETURN_IF_ERROR(AwaitBackgroundWork(&db));
  if (database.table_failed()) return NeedsReopening("a table could not be written");
  RETURN_IF_ERROR(FromRocksDb(db.Resume(), "cannot resume"));
  RETURN_IF_ERROR(
      FromRocksDb(db.Flush(rocksdb::FlushOptions(), database.families()), "cannot write tables"));
  bool log_failed = !db.FlushWAL(/*sync=*/false).ok();  // says so, where an append would abort
  return log_failed ? NeedsReopening("the failed log is still in use") : absl::OkStatus();
}

}  // namespace cartograph::storage
