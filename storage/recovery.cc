#include "storage/recovery.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "storage/database.h"
#include "storage/durable_mark.h"
#include "storage/format.h"
#include "storage/rocksdb_status.h"

namespace cartograph::storage {
namespace {

using base::Revision;
using rocksdb::WALRecoveryMode;

// Keeps a read-only look from starting a new info log in the folder.
class SilentLogger : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

// The meta family as one mode of replay brings it up.
class MetaView {
 public:
  static absl::StatusOr<MetaView> Open(const StoreOptions& options, rocksdb::Env* env,
                                       WALRecoveryMode mode);

  absl::StatusOr<std::optional<std::string>> Get(const char* key) const;

 private:
  std::unique_ptr<rocksdb::DB> db_;
};

absl::StatusOr<MetaView> MetaView::Open(const StoreOptions& options, rocksdb::Env* env,
                                        WALRecoveryMode mode) {
  rocksdb::Options db_options;
  db_options.env = env;
  db_options.wal_recovery_mode = mode;
  db_options.paranoid_checks = mode != WALRecoveryMode::kSkipAnyCorruptedRecords;
  db_options.info_log = std::make_shared<SilentLogger>();
  rocksdb::DB* db = nullptr;
  rocksdb::Status status =
      rocksdb::DB::OpenForReadOnly(db_options, DatabaseFolder(options.path), &db);
  if (!status.ok()) return FromRocksDb(status, absl::StrCat("cannot read ", options.path));
  MetaView view;
  view.db_.reset(db);
  return view;
}

absl::StatusOr<std::optional<std::string>> MetaView::Get(const char* key) const {
  std::string value;
  rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), key, &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return FromRocksDb(status, absl::StrCat("cannot read ", key));
  return std::optional<std::string>(std::move(value));
}

absl::Status CheckFormat(const MetaView& view, const StoreOptions& options, Revision mark) {
  ASSIGN_OR_RETURN(std::optional<std::string> bytes, view.Get(kFormatKey));
  if (!bytes.has_value()) {
    if (mark == Revision()) return absl::OkStatus();  // stopped while it was being created
    return absl::DataLossError(absl::StrCat(options.path, " does not say its format"));
  }
  ASSIGN_OR_RETURN(uint32_t version, ParseFormat(*bytes));
  if (version <= kFormatVersion) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      options.path, " has on-disk format ", version, "; this program reads up to format ",
      kFormatVersion, ": use the newer program that wrote it"));
}

absl::StatusOr<Head> ReadHead(const MetaView& view) {
  ASSIGN_OR_RETURN(std::optional<std::string> bytes, view.Get(kHeadKey));
  if (!bytes.has_value()) return Head{};
  return ParseHead(*bytes);
}

absl::StatusOr<Head> ScanHead(const StoreOptions& options, rocksdb::Env* env,
                              WALRecoveryMode mode) {
  ASSIGN_OR_RETURN(MetaView view, MetaView::Open(options, env, mode));
  return ReadHead(view);
}

// Finds what replay will bring, and what the log itself knows to be durable.
absl::Status Survey(const StoreOptions& options, rocksdb::Env* env, Revision mark,
                    RecoveryPlan* plan) {
  absl::StatusOr<MetaView> whole =
      MetaView::Open(options, env, WALRecoveryMode::kAbsoluteConsistency);
  plan->torn = absl::IsDataLoss(whole.status());
  if (!plan->torn) {
    RETURN_IF_ERROR(whole.status());
    RETURN_IF_ERROR(CheckFormat(*whole, options, mark));
    ASSIGN_OR_RETURN(Head head, ReadHead(*whole));
    plan->recovered = head.revision;
    plan->durable = std::max(mark, head.durable);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(MetaView cut,
                   MetaView::Open(options, env, WALRecoveryMode::kPointInTimeRecovery));
  RETURN_IF_ERROR(CheckFormat(cut, options, mark));
  ASSIGN_OR_RETURN(Head head, ReadHead(cut));
  ASSIGN_OR_RETURN(Head newest, ScanHead(options, env, WALRecoveryMode::kSkipAnyCorruptedRecords));
  plan->recovered = head.revision;
  plan->durable = std::max({mark, head.durable, newest.durable});
  return absl::OkStatus();
}

std::string Lost(const RecoveryPlan& plan) {
  return absl::StrCat("the write-ahead log is damaged: revisions ", plan.recovered.next().number(),
                      " to ", plan.durable.number(),
                      " were acknowledged and cannot be read; revisions up to ",
                      plan.recovered.number(), " can");
}

// The mark of a store that exists; nullopt when the file is gone or says nothing.
absl::StatusOr<std::optional<Revision>> ReadMark(const StoreOptions& options) {
  absl::StatusOr<std::unique_ptr<DurableMark>> mark =
      DurableMark::Open(DurableMarkFile(options.path));
  if (mark.ok()) return std::optional<Revision>((*mark)->revision());
  bool lost = absl::IsNotFound(mark.status()) || absl::IsDataLoss(mark.status());
  if (lost) return std::optional<Revision>();
  return mark.status();
}

bool DatabaseExists(const StoreOptions& options, rocksdb::Env* env) {
  return env->FileExists(absl::StrCat(DatabaseFolder(options.path), "/CURRENT")).ok();
}

}  // namespace

bool StoreExists(const StoreOptions& options, rocksdb::Env* env) {
  return DatabaseExists(options, env) || env->FileExists(DurableMarkFile(options.path)).ok();
}

absl::StatusOr<RecoveryPlan> PlanRecovery(const StoreOptions& options, rocksdb::Env* env) {
  RecoveryPlan plan;
  if (!StoreExists(options, env)) return plan;
  plan.exists = true;
  ASSIGN_OR_RETURN(std::optional<Revision> mark, ReadMark(options));
  if (!DatabaseExists(options, env)) {
    if (mark == Revision()) return plan;  // stopped while it was being created
    return absl::DataLossError(absl::StrCat(DatabaseFolder(options.path),
                                            " holds no database any more; restore a backup"));
  }
  absl::Status status = Survey(options, env, mark.value_or(Revision()), &plan);
  RETURN_IF_ERROR(WithAdvice(status));
  if (plan.recovered < plan.durable) {
    plan.damage = Lost(plan);
  } else if (!mark.has_value()) {
    plan.damage =
        absl::StrCat(DurableMarkFile(options.path), " is gone or damaged: whether revisions after ",
                     plan.recovered.number(), " were acknowledged cannot be told");
  }
  return plan;
}

absl::Status WithAdvice(const absl::Status& status) {
  if (!absl::IsDataLoss(status)) return status;
  return absl::DataLossError(absl::StrCat(status.message(), "; restore a backup"));
}

absl::Status DamageError(const StoreOptions& options, const RecoveryPlan& plan) {
  return absl::DataLossError(absl::StrCat(
      options.path, ": ", plan.damage,
      "; nothing was changed: restore a backup, or accept the loss with an explicit repair"));
}

}  // namespace cartograph::storage
