#include "services/watch_stream.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "google/protobuf/util/time_util.h"
#include "services/grpc_status.h"
#include "services/proto_convert.h"
#include "services/watch_delta.h"

namespace cartograph::services {
namespace {

// Revisions without a matching fact that one turn looks at before others have theirs.
constexpr int kRevisionsPerTurn = 256;

// One activity at a time: a turn on the pool, a write, or waiting for the hub. Each hands over to
// the next, and the one that finds the call cancelled finishes it.
class WatchStream final : public MethodTable::StreamWriter {
 public:
  WatchStream(grpc::CallbackServerContext* context, const Serving* serving,
              const grpc::ByteBuffer& request, PlanWatch plan)
      : context_(context), call_(context, serving), request_(request), make_plan_(std::move(plan)) {
    absl::Status status = Enter();
    status.ok() ? TurnLater() : End(status);
  }

  void OnWriteDone(bool ok) override {
    place_->ClientActed();
    ok ? TurnLater() : End(absl::CancelledError("the caller takes no more"));
  }

  void OnCancel() override {
    bool waited = false;
    {
      base::MutexLock lock(&mutex_);
      cancelled_ = true;
      waited = ticket_.has_value() && hub_->Cancel(*ticket_);
      ticket_.reset();
    }
    if (waited) {
      End(absl::CancelledError("the caller has gone"));
    }
  }

  void OnDone() override { delete this; }

 private:
  absl::Status Enter() {
    RETURN_IF_ERROR(call_.Admit());
    ASSIGN_OR_RETURN(place_, call_.serving().watches().Enter(context_));
    hub_ = &call_.kb().watch_hub();
    return absl::OkStatus();
  }

  void TurnLater() {
    absl::Status status = call_.serving().watch_pool().Submit([this] { Turn(); });
    if (!status.ok()) {
      End(status);
    }
  }

  void Turn() {
    absl::StatusOr<bool> has_event = NextEvent();
    if (!has_event.ok()) {
      End(has_event.status());
    } else if (*has_event) {
      told_ = kb::WatchHub::Clock::now();
      told_revision_ = cursor_;
      message_ = plan_->encode(std::move(event_));
      place_->AwaitClient();
      StartWrite(&message_);
    } else {
      WaitOrTurn();
    }
  }

  // Whether there is something to tell, in `event_`.
  absl::StatusOr<bool> NextEvent() {
    RETURN_IF_ERROR(StillServed());
    if (!plan_.has_value()) {
      RETURN_IF_ERROR(Begin());
    }
    event_.Clear();
    if (snapshot_.has_value()) {
      return NextOfSnapshot();
    }
    for (int looked = 0; looked < kRevisionsPerTurn; ++looked) {
      if (delta_ == nullptr && !NextRevision()) {
        return CheckpointIsDue();
      }
      ASSIGN_OR_RETURN(bool matches, NextOfDelta());
      if (matches) {
        return true;
      }
    }
    return false;
  }

  absl::Status StillServed() {
    RETURN_IF_ERROR(call_.serving().kb().status());
    RETURN_IF_ERROR(call_.StillWanted());
    base::MutexLock lock(&mutex_);
    return cancelled_ ? absl::CancelledError("the caller has gone") : absl::OkStatus();
  }

  absl::Status Begin() {
    ASSIGN_OR_RETURN(plan_, make_plan_(call_, request_));
    request_.Clear();
    v1::ReadOptions read;
    if (plan_->after.has_value()) {
      read.set_at_revision(plan_->after->number());
    }
    if (plan_->snapshot) {
      ASSIGN_OR_RETURN(snapshot_, call_.kb().Read(read));
      ASSIGN_OR_RETURN(searches_, plan_->matcher.SearchesIn(snapshot_->model()));
      cursor_ = snapshot_->revision();
    } else {
      ASSIGN_OR_RETURN(kb::EntityView view, call_.kb().ReadEntities(read));
      cursor_ = view.revision();
    }
    told_ = kb::WatchHub::Clock::now();
    told_revision_ = cursor_;
    begun_ = true;
    return absl::OkStatus();
  }

  absl::StatusOr<bool> NextOfSnapshot() {
    event_.set_kind(v1::WATCH_EVENT_KIND_SNAPSHOT);
    event_.set_revision(cursor_.number());
    RowsLeft left{&searches_, &search_, &skip_};
    BoundBudget budget(&call_, call_.AskLimits());
    RETURN_IF_ERROR(AddRows(snapshot_->model(), call_.limits().stream_chunk_bytes_max, budget.get(),
                            left, &event_));
    if (search_ == searches_.size()) {
      event_.set_complete(true);
      snapshot_.reset();
      searches_.clear();
    }
    return true;
  }

  // Goes on to the next revision; false when there is none yet.
  bool NextRevision() {
    if (cursor_ >= call_.kb().Latest().revision()) {
      return false;
    }
    cursor_ = cursor_.next();
    return true;
  }

  // The next part of the revision at the cursor.
  absl::StatusOr<bool> NextOfDelta() {
    if (delta_ == nullptr) {
      ASSIGN_OR_RETURN(std::shared_ptr<const kb::Change> change, call_.kb().ReadChange(cursor_));
      delta_ = std::make_unique<WatchDelta>(std::move(change), &plan_->matcher);
    }
    bool first = delta_->at_begin();
    delta_->Fill(call_.limits().stream_chunk_bytes_max, &event_);
    event_.set_kind(v1::WATCH_EVENT_KIND_DELTA);
    event_.set_revision(cursor_.number());
    event_.set_complete(delta_->at_end());
    bool matches = event_.added_size() + event_.removed_size() > 0 || !first;
    if (first && matches) {
      *event_.mutable_cause() = CauseOf(delta_->change());
    }
    if (delta_->at_end()) {
      delta_ = nullptr;
    }
    return matches;
  }

  // One is due when the caller has been idle for long, and when a watch of the past has caught up.
  bool CheckpointIsDue() {
    bool caught_up = std::exchange(behind_, false) && told_revision_ < cursor_;
    if (!caught_up && kb::WatchHub::Clock::now() < told_ + plan_->checkpoint_interval) {
      return false;
    }
    event_.Clear();
    event_.set_kind(v1::WATCH_EVENT_KIND_CHECKPOINT);
    event_.set_revision(cursor_.number());
    event_.set_complete(true);
    return true;
  }

  void WaitOrTurn() {
    bool gone = false;
    {
      base::MutexLock lock(&mutex_);
      gone = cancelled_;
      if (!gone) {
        ticket_ = hub_->Wait(cursor_, told_ + plan_->checkpoint_interval, [this] { Woken(); });
      }
    }
    if (gone) {
      End(absl::CancelledError("the caller has gone"));
    }
  }

  void Woken() {
    {
      base::MutexLock lock(&mutex_);
      ticket_.reset();
    }
    TurnLater();
  }

  void End(absl::Status status) {
    if (begun_ && !absl::IsCancelled(status)) {
      absl::Status resumable(
          status.code(), absl::StrCat(status.message(), "; watch again after revision ",
                                      delta_ == nullptr ? cursor_.number() : cursor_.number() - 1));
      status.ForEachPayload([&resumable](absl::string_view type, const absl::Cord& payload) {
        resumable.SetPayload(type, payload);
      });
      status = std::move(resumable);
    }
    Finish(ToGrpcStatus(status));
  }

  grpc::CallbackServerContext* const context_;
  CallContext call_;
  grpc::ByteBuffer request_;
  const PlanWatch make_plan_;
  std::unique_ptr<StreamWatch::Place> place_;
  kb::WatchHub* hub_ = nullptr;

  // Of the activity that runs.
  std::optional<WatchPlan> plan_;
  bool begun_ = false;
  std::optional<kb::Snapshot> snapshot_;  // until all of it has been told
  std::vector<FactMatcher::Search> searches_;
  size_t search_ = 0;      // the one that goes on
  size_t skip_ = 0;        // of its rows, told already
  base::Revision cursor_;  // all before it has been told; it itself when there is no `delta_`
  std::unique_ptr<WatchDelta> delta_;
  kb::WatchHub::Clock::time_point told_;
  base::Revision told_revision_;
  bool behind_ = true;  // the latest revision has not been reached yet
  v1::WatchFactsResponse event_;
  grpc::ByteBuffer message_;

  base::Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<kb::WatchHub::Ticket> ticket_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::chrono::milliseconds> CheckpointInterval(
    bool set, const google::protobuf::Duration& interval) {
  constexpr int64_t kDefault = 10'000;
  constexpr int64_t kMin = 1'000;
  constexpr int64_t kMax = 3'600'000;
  int64_t asked =
      set ? google::protobuf::util::TimeUtil::DurationToMilliseconds(interval) : kDefault;
  if (asked < kMin || asked > kMax) {
    return InvalidField("checkpoint_interval", "must be 1 s to 1 h");
  }
  return std::chrono::milliseconds(asked);
}

v1::ChangeCause CauseOf(const kb::Change& change) {
  v1::ChangeCause cause;
  *cause.mutable_commit_time() = change.record.commit_time();
  cause.set_actor(change.record.actor());
  cause.set_reason(change.record.reason());
  *cause.mutable_entities() = change.record.entities();
  cause.mutable_sources()->Add(change.sources.begin(), change.sources.end());
  if (change.record.has_rule_pack()) {
    *cause.mutable_rule_pack() = change.record.rule_pack();
  }
  return cause;
}

MethodTable::StreamWriter* StartWatch(grpc::CallbackServerContext* context, const Serving* serving,
                                      const grpc::ByteBuffer& request, PlanWatch plan) {
  return new WatchStream(context, serving, request, std::move(plan));
}

}  // namespace cartograph::services
