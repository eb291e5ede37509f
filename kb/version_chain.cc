#include "kb/version_chain.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"
#include "kb/error_details.h"

namespace cartograph::kb {

VersionChain::VersionChain(storage::Store* store, size_t held_max, Version first,
                           Published published)
    : store_(store),
      held_max_(held_max),
      tell_published_(std::move(published)),
      published_(std::move(first)) {
  CHECK(held_max_ > 0);
  held_.emplace_back(EntityView(published_.revision, store_->Latest(), published_.pack),
                     published_.model);
}

Version VersionChain::Tip() const {
  base::MutexLock lock(&mutex_);
  return pending_.empty() ? published_ : pending_.back();
}

void VersionChain::Append(Version version) {
  base::MutexLock lock(&mutex_);
  CHECK(version.revision == (pending_.empty() ? published_ : pending_.back()).revision.next());
  pending_.push_back(std::move(version));
}

absl::Status VersionChain::Publish(base::Revision revision) {
  {
    base::MutexLock lock(&mutex_);
    if (published_.revision >= revision) {
      return absl::OkStatus();
    }
  }
  RETURN_IF_ERROR(store_->WaitDurable(revision));
  std::vector<Snapshot> dropped;  // freed after the lock is
  base::MutexLock lock(&mutex_);
  while (published_.revision < revision) {
    CHECK(!pending_.empty());
    published_ = std::move(pending_.front());
    pending_.pop_front();
    held_.emplace_back(
        EntityView(published_.revision, store_->Publish(published_.revision), published_.pack),
        published_.model);
    if (held_.size() > held_max_) {
      dropped.push_back(std::move(held_.front()));
      held_.pop_front();
    }
  }
  tell_published_(published_.revision);
  return absl::OkStatus();
}

void VersionChain::DropPending() {
  base::Revision durable = store_->durable();
  base::MutexLock lock(&mutex_);
  while (!pending_.empty() && pending_.back().revision > durable) {
    pending_.pop_back();
  }
}

Snapshot VersionChain::Latest() const {
  base::MutexLock lock(&mutex_);
  return held_.back();
}

std::vector<uint64_t> VersionChain::Live() const {
  base::MutexLock lock(&mutex_);
  return published_.live;
}

absl::Status VersionChain::CheckReached(base::Revision revision) const {
  if (revision <= published_.revision) {
    return absl::OkStatus();
  }
  return ErrorWithReason(
      absl::StatusCode::kFailedPrecondition,
      absl::StrCat("revision ", revision.number(), " is not reached yet; the latest is ",
                   published_.revision.number()),
      kReasonRevisionNotReached);
}

absl::StatusOr<Snapshot> VersionChain::AtLeast(base::Revision revision) const {
  base::MutexLock lock(&mutex_);
  RETURN_IF_ERROR(CheckReached(revision));
  return held_.back();
}

absl::StatusOr<Snapshot> VersionChain::At(base::Revision revision) const {
  base::MutexLock lock(&mutex_);
  RETURN_IF_ERROR(CheckReached(revision));
  base::Revision oldest = held_.front().revision();
  if (revision < oldest) {
    return ErrorWithReason(absl::StatusCode::kOutOfRange,
                           absl::StrCat("revision ", revision.number(),
                                        " is no longer held; the oldest is ", oldest.number()),
                           kReasonRevisionNotHeld);
  }
  return held_[revision.number() - oldest.number()];
}

}  // namespace cartograph::kb
