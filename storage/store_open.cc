// How a store is opened, created and repaired.

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "spdlog/spdlog.h"
#include "storage/directory_lock.h"
#include "storage/format.h"
#include "storage/key_codec.h"
#include "storage/posix_files.h"
#include "storage/recovery.h"
#include "storage/rocksdb_status.h"
#include "storage/scan.h"
#include "storage/store.h"
#include "storage/store_impl.h"
#include "storage/store_on_env.h"

namespace cartograph::storage {
namespace {

using base::Revision;

absl::Status NoStore(const StoreOptions& options) {
  return absl::NotFoundError(absl::StrCat("there is no store in ", options.path));
}

absl::Status MakeFolder(const std::string& path) {
  if (mkdir(path.c_str(), 0755) != 0) return FromErrno(errno, absl::StrCat("cannot create ", path));
  return SyncFolder(absl::StrCat(path, "/.."));
}

// Leaves a folder that can be locked, or says why there is none.
absl::Status PrepareFolder(const StoreOptions& options, rocksdb::Env* env) {
  struct stat found {};
  if (stat(options.path.c_str(), &found) != 0) {
    if (errno != ENOENT) return FromErrno(errno, absl::StrCat("cannot look at ", options.path));
    if (!options.create_if_missing) return NoStore(options);
    return MakeFolder(options.path);
  }
  if (!S_ISDIR(found.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(options.path, " is not a folder"));
  }
  if (!options.create_if_missing && !StoreExists(options, env)) return NoStore(options);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<DurableMark>> OpenMark(const StoreOptions& options,
                                                      const RecoveryPlan& plan) {
  std::string file = DurableMarkFile(options.path);
  return plan.exists && plan.damage.empty() ? DurableMark::Open(file) : DurableMark::Create(file);
}

// Also done again to a store that nothing was written to: its creation may have been cut short.
absl::Status FinishCreation(const StoreOptions& options, const Database& database) {
  rocksdb::Status status =
      database.db().Put(rocksdb::WriteOptions(), database.family(Family::kMeta), kFormatKey,
                        EncodeFormat(kFormatVersion));
  RETURN_IF_ERROR(FromRocksDb(status, "cannot write the format version"));
  RETURN_IF_ERROR(database.SyncLog());
  return SyncFolder(options.path);
}

absl::StatusOr<Revision> ReadHead(const Database& database) {
  std::string bytes;
  rocksdb::Status status =
      database.db().Get(rocksdb::ReadOptions(), database.family(Family::kMeta), kHeadKey, &bytes);
  if (status.IsNotFound()) return Revision();
  RETURN_IF_ERROR(FromRocksDb(status, "cannot read the head"));
  ASSIGN_OR_RETURN(Head head, ParseHead(bytes));
  return head.revision;
}

absl::StatusOr<Revision> ReadLastChange(const Database& database) {
  std::unique_ptr<rocksdb::Iterator> last(
      database.db().NewIterator(rocksdb::ReadOptions(), database.family(Family::kChanges)));
  last->SeekToLast();
  RETURN_IF_ERROR(FromRocksDb(last->status(), "cannot read the change log"));
  if (!last->Valid()) return Revision();
  return ParseChangeKey(absl::string_view(last->key().data(), last->key().size()));
}

absl::StatusOr<Revision> ReadOldestRequest(const Database& database, Revision head) {
  Scan scan(database, /*snapshot=*/nullptr, Family::kRequests, AllRequestAges());
  RETURN_IF_ERROR(scan.status());
  if (!scan.Valid()) return head.next();
  return ParseRequestAgeKey(scan.key());
}

void TellOfTornLog(const StoreOptions& options, const RecoveryPlan& plan) {
  if (!plan.torn || !plan.damage.empty()) return;
  spdlog::warn("{}: the log ended in bytes that were never acknowledged; cut after revision {}",
               options.path, plan.recovered.number());
}

struct Opened {
  std::shared_ptr<const Database> database;
  std::unique_ptr<DurableMark> mark;
  Revision head;
  Revision oldest_request;
};

// Opens what `plan` describes. The mark comes first and says 0 while a store is being created, so
// that a creation that was cut short is taken up again.
absl::StatusOr<Opened> OpenPlanned(const StoreOptions& options, rocksdb::Env* env,
                                   const RecoveryPlan& plan, std::unique_ptr<DirectoryLock> lock) {
  Opened opened;
  ASSIGN_OR_RETURN(opened.mark, OpenMark(options, plan));
  ASSIGN_OR_RETURN(opened.database, Database::Open(options, env, std::move(lock)));
  ASSIGN_OR_RETURN(opened.head, ReadHeadRevision(*opened.database));
  if (opened.head != plan.recovered) {
    return absl::DataLossError(absl::StrCat(options.path, " came up at revision ",
                                            opened.head.number(), " instead of ",
                                            plan.recovered.number()));
  }
  if (opened.head == Revision()) RETURN_IF_ERROR(FinishCreation(options, *opened.database));
  RETURN_IF_ERROR(opened.mark->Reset(opened.head));
  ASSIGN_OR_RETURN(opened.oldest_request, ReadOldestRequest(*opened.database, opened.head));
  TellOfTornLog(options, plan);
  return opened;
}

// Repair throws nothing away: what it cuts from the log may still be of use to an expert.
absl::Status KeepLogs(const StoreOptions& options, Revision recovered) {
  namespace fs = std::filesystem;
  fs::path kept = absl::StrCat(options.path, "/log-before-repair-at-", recovered.number());
  std::error_code error;
  fs::create_directory(kept, error);
  fs::directory_iterator file(DatabaseFolder(options.path), error);
  for (; !error && file != fs::directory_iterator(); file.increment(error)) {
    if (file->path().extension() != ".log") continue;
    fs::copy_file(file->path(), kept / file->path().filename(),
                  fs::copy_options::overwrite_existing, error);
    if (error) break;
  }
  if (!error) return absl::OkStatus();
  return FromErrno(error.value(), absl::StrCat("cannot copy the log to ", kept.string()));
}

RepairReport ReportOf(const RecoveryPlan& plan) {
  RepairReport report{.durable = plan.durable,
                      .recovered = plan.recovered,
                      .damaged = !plan.damage.empty(),
                      .text = plan.damage};
  if (!report.damaged) report.text = "nothing to repair";
  return report;
}

}  // namespace

absl::StatusOr<Revision> ReadHeadRevision(const Database& database) {
  ASSIGN_OR_RETURN(Revision head, ReadHead(database));
  ASSIGN_OR_RETURN(Revision logged, ReadLastChange(database));
  if (logged == head) return head;
  return absl::DataLossError(absl::StrCat("the change log ends at revision ", logged.number(),
                                          ", the head is ", head.number()));
}

absl::StatusOr<std::unique_ptr<Store>> OpenStoreOnEnv(const StoreOptions& options,
                                                      rocksdb::Env* env) {
  RETURN_IF_ERROR(PrepareFolder(options, env));
  ASSIGN_OR_RETURN(std::unique_ptr<DirectoryLock> lock, DirectoryLock::Acquire(options.path));
  ASSIGN_OR_RETURN(RecoveryPlan plan, PlanRecovery(options, env));
  if (!plan.damage.empty()) return DamageError(options, plan);
  absl::StatusOr<Opened> opened = OpenPlanned(options, env, plan, std::move(lock));
  if (!opened.ok()) return WithAdvice(opened.status());
  return std::make_unique<Store>(
      std::make_unique<Store::Impl>(options, std::move(opened->database), std::move(opened->mark),
                                    opened->head, opened->oldest_request));
}

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const StoreOptions& options) {
  return OpenStoreOnEnv(options, rocksdb::Env::Default());
}

absl::StatusOr<RepairReport> Store::Repair(const StoreOptions& options, bool apply) {
  rocksdb::Env* env = rocksdb::Env::Default();
  if (!StoreExists(options, env)) return NoStore(options);
  ASSIGN_OR_RETURN(std::unique_ptr<DirectoryLock> lock, DirectoryLock::Acquire(options.path));
  ASSIGN_OR_RETURN(RecoveryPlan plan, PlanRecovery(options, env));
  if (apply && !plan.damage.empty()) {
    RETURN_IF_ERROR(KeepLogs(options, plan.recovered));
    RETURN_IF_ERROR(WithAdvice(OpenPlanned(options, env, plan, std::move(lock)).status()));
  }
  return ReportOf(plan);
}

}  // namespace cartograph::storage
