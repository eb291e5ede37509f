#include "storage/store.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/options.h"
#include "rocksdb/write_batch.h"
#include "storage/batch.h"
#include "storage/disk_space.h"
#include "storage/format.h"
#include "storage/resume.h"
#include "storage/rocksdb_status.h"
#include "storage/store_impl.h"
#include "storage/store_snapshot_impl.h"

namespace cartograph::storage {
namespace {

using base::MutexLock;
using base::Revision;

// How old the mark on the disk may be while there is traffic: the log's own heads cover the gap.
constexpr std::chrono::seconds kMarkSyncInterval{1};
// One append forgets at most so many old request ids: two, so that a backlog shrinks.
constexpr int kRequestsForgottenPerAppend = 2;

}  // namespace

Store::Impl::Impl(const StoreOptions& options, std::shared_ptr<const Database> database,
                  std::unique_ptr<DurableMark> mark, Revision head, Revision oldest_request)
    : options_(options),
      database_(std::move(database)),
      mark_(std::move(mark)),
      mark_synced_(std::chrono::steady_clock::now()),
      oldest_request_(oldest_request),
      chain_(options_, head, TakeSnapshot(database_, head),
             [this](Revision target) { return FlushLog(target); }) {}

// A clean end leaves an exact mark; without this one it may be a second old.
Store::Impl::~Impl() { mark_->Sync().IgnoreError(); }

absl::StatusOr<Revision> Store::Impl::Append(const WriteSet& writes) {
  RETURN_IF_ERROR(CheckLimits(writes, options_));
  MutexLock lock(&append_mutex_);
  RETURN_IF_ERROR(chain_.AwaitRoom());
  RETURN_IF_ERROR(CheckDiskSpace(options_, database_->db().GetEnv()));
  Revision revision = chain_.appended().next();
  rocksdb::WriteBatch batch;
  Head head{.revision = revision, .durable = chain_.durable()};
  RETURN_IF_ERROR(FillBatch(writes, head, *database_, &batch));
  RETURN_IF_ERROR(ForgetOldRequests(revision, &batch));
  rocksdb::WriteOptions unsynced;
  absl::Status status = FromRocksDb(database_->db().Write(unsynced, &batch), "cannot append");
  if (!status.ok()) {
    chain_.Fail(status);
    return chain_.write_status();
  }
  RETURN_IF_ERROR(chain_.Add(TakeSnapshot(database_, revision)));
  return revision;
}

absl::Status Store::Impl::ForgetOldRequests(Revision revision, rocksdb::WriteBatch* batch) {
  for (int i = 0; i < kRequestsForgottenPerAppend; ++i) {
    if (oldest_request_.number() + options_.requests_kept >= revision.number()) break;
    RETURN_IF_ERROR(ForgetRequest(oldest_request_, *database_, batch));
    oldest_request_ = oldest_request_.next();
  }
  return absl::OkStatus();
}

absl::Status Store::Impl::FlushLog(Revision target) {
  RETURN_IF_ERROR(database_->SyncLog());
  return KeepMark(target);
}

absl::Status Store::Impl::KeepMark(Revision target) {
  RETURN_IF_ERROR(mark_->Raise(target));
  auto now = std::chrono::steady_clock::now();
  if (now - mark_synced_ < kMarkSyncInterval) return absl::OkStatus();
  mark_synced_ = now;
  return mark_->Sync();
}

absl::Status Store::Impl::WriteStatus() const {
  RETURN_IF_ERROR(chain_.write_status());
  return CheckDiskSpace(options_, database_->db().GetEnv());
}

absl::StatusOr<Revision> Store::Impl::Resume() {
  MutexLock lock(&append_mutex_);
  if (chain_.write_status().ok()) return chain_.visible();
  RETURN_IF_ERROR(CheckDiskSpace(options_, database_->db().GetEnv()));
  RETURN_IF_ERROR(ResumeWork(*database_));
  ASSIGN_OR_RETURN(Revision head, ReadHeadRevision(*database_));
  RETURN_IF_ERROR(mark_->Reset(head));
  chain_.Restart(head, TakeSnapshot(database_, head));
  return head;
}

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

absl::StatusOr<Revision> Store::Append(const WriteSet& writes) { return impl_->Append(writes); }

absl::Status Store::WaitDurable(Revision revision) { return impl_->chain().WaitDurable(revision); }

absl::Status Store::Flush() { return WaitDurable(appended()); }

std::shared_ptr<const StoreSnapshot> Store::Publish(Revision revision) {
  return impl_->chain().Publish(revision);
}

std::shared_ptr<const StoreSnapshot> Store::Latest() const { return impl_->chain().latest(); }

std::shared_ptr<const StoreSnapshot> Store::WriterView() const {
  return impl_->chain().writer_view();
}

Revision Store::appended() const { return impl_->chain().appended(); }
Revision Store::durable() const { return impl_->chain().durable(); }
Revision Store::visible() const { return impl_->chain().visible(); }

absl::Status Store::WriteStatus() const { return impl_->WriteStatus(); }

absl::StatusOr<Revision> Store::Resume() { return impl_->Resume(); }

absl::StatusOr<StoreStats> Store::Stats() const { return impl_->Stats(); }

}  // namespace cartograph::storage
