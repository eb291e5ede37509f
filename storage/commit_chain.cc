#include "storage/commit_chain.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"

namespace cartograph::storage {
namespace {

using base::MutexLock;
using base::Revision;
using Clock = std::chrono::steady_clock;

constexpr int kWaitShare = 4;  // a leader waits at most 1/4 of a flush for its group

absl::Status Refusal(absl::string_view cause, const absl::Status& reason) {
  return absl::UnavailableError(
      absl::StrCat("the store refuses writes: ", cause, ": ", reason.message()));
}

std::chrono::microseconds Since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
}

}  // namespace

CommitChain::CommitChain(const StoreOptions& options, Revision start, SnapshotPtr snapshot,
                         FlushFunction flush)
    : group_wait_max_(options.group_wait_max),
      pending_max_(options.pending_max),
      flush_(std::move(flush)),
      visible_snapshot_(std::move(snapshot)),
      visible_(start),
      durable_(start) {}

Revision CommitChain::AppendedLocked() const { return Revision(visible_.number() + chain_.size()); }

uint64_t CommitChain::PendingLocked() const {
  return AppendedLocked().number() - durable_.number();
}

absl::Status CommitChain::AwaitRoom() {
  Revision oldest_needed;
  {
    MutexLock lock(&mutex_);
    if (!refusal_.ok()) return refusal_;
    if (PendingLocked() < pending_max_) return absl::OkStatus();
    oldest_needed = durable_.next();
  }
  return WaitDurable(oldest_needed);
}

absl::Status CommitChain::Add(SnapshotPtr snapshot) {
  MutexLock lock(&mutex_);
  if (!refusal_.ok()) return refusal_;
  chain_.push_back(std::move(snapshot));
  grown_.NotifyAll();
  return absl::OkStatus();
}

void CommitChain::Fail(const absl::Status& reason) {
  MutexLock lock(&mutex_);
  if (refusal_.ok()) refusal_ = Refusal("an append failed", reason);
  if (!flushing_) DropPending();  // else the leader does
}

absl::Status CommitChain::WaitDurable(Revision revision) {
  MutexLock lock(&mutex_);
  while (durable_ < revision) {
    if (AppendedLocked() < revision) {
      CHECK(!refusal_.ok());  // else the caller waits for what was never appended
      return refusal_;
    }
    if (flushing_) {
      flushed_.Wait(&mutex_);
    } else {
      Lead();
    }
  }
  return absl::OkStatus();
}

void CommitChain::Lead() {
  flushing_ = true;
  GatherGroup();
  absl::Status status = refusal_;
  Revision target = AppendedLocked();
  Clock::time_point start = Clock::now();
  mutex_.Unlock();
  if (status.ok()) status = flush_(target);
  mutex_.Lock();
  last_flush_time_ = Since(start);
  last_group_ = target.number() - durable_.number();
  flushing_ = false;
  ++flushes_;
  if (status.ok()) {
    durable_ = target;
  } else if (refusal_.ok()) {
    refusal_ = Refusal("a flush failed", status);
  }
  if (!refusal_.ok()) DropPending();
  flushed_.NotifyAll();
}

void CommitChain::GatherGroup() {
  std::chrono::microseconds patience = std::min(group_wait_max_, last_flush_time_ / kWaitShare);
  Clock::time_point start = Clock::now();
  while (PendingLocked() < last_group_ && refusal_.ok()) {
    std::chrono::microseconds left = patience - Since(start);
    if (left.count() <= 0) return;
    grown_.WaitFor(&mutex_, left);
  }
}

void CommitChain::DropPending() { chain_.resize(durable_.number() - visible_.number()); }

SnapshotPtr CommitChain::Publish(Revision revision) {
  MutexLock lock(&mutex_);
  CHECK(revision == visible_.next() && revision <= durable_);
  visible_snapshot_ = std::move(chain_.front());
  chain_.pop_front();
  visible_ = revision;
  return visible_snapshot_;
}

void CommitChain::Restart(Revision revision, SnapshotPtr snapshot) {
  MutexLock lock(&mutex_);
  chain_.clear();
  visible_ = revision;
  durable_ = revision;
  visible_snapshot_ = std::move(snapshot);
  refusal_ = absl::OkStatus();
}

SnapshotPtr CommitChain::latest() const {
  MutexLock lock(&mutex_);
  return visible_snapshot_;
}

SnapshotPtr CommitChain::writer_view() const {
  MutexLock lock(&mutex_);
  return chain_.empty() ? visible_snapshot_ : chain_.back();
}

Revision CommitChain::appended() const {
  MutexLock lock(&mutex_);
  return AppendedLocked();
}

Revision CommitChain::durable() const {
  MutexLock lock(&mutex_);
  return durable_;
}

Revision CommitChain::visible() const {
  MutexLock lock(&mutex_);
  return visible_;
}

uint64_t CommitChain::flushes() const {
  MutexLock lock(&mutex_);
  return flushes_;
}

absl::Status CommitChain::write_status() const {
  MutexLock lock(&mutex_);
  return refusal_;
}

}  // namespace cartograph::storage
