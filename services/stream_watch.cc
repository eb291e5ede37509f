#include "services/stream_watch.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "services/error_reason.h"
#include "services/grpc_status.h"

namespace cartograph::services {
namespace {

using Clock = std::chrono::steady_clock;

// Cancelling a little late costs nothing, so the thread need not be woken whenever a stream begins
// to wait.
constexpr std::chrono::seconds kGrain{1};

}  // namespace

StreamWatch::Place::~Place() {
  base::MutexLock lock(&watch_->mutex_);
  watch_->places_.erase(this);
}

void StreamWatch::Place::AwaitClient() {
  base::MutexLock lock(&watch_->mutex_);
  due_ = Clock::now() + watch_->patience_;
}

void StreamWatch::Place::ClientActed() {
  base::MutexLock lock(&watch_->mutex_);
  due_ = Clock::time_point::max();
}

StreamWatch::StreamWatch(size_t streams_max, std::chrono::milliseconds patience)
    : streams_max_(streams_max), patience_(patience), thread_([this] { Run(); }) {}

StreamWatch::~StreamWatch() {
  {
    base::MutexLock lock(&mutex_);
    CHECK(places_.empty());
    stopping_ = true;
    wake_.NotifyAll();
  }
  thread_.join();
}

absl::StatusOr<std::unique_ptr<StreamWatch::Place>> StreamWatch::Enter(
    grpc::CallbackServerContext* context) {
  auto place = std::make_unique<Place>(this, context);
  base::MutexLock lock(&mutex_);
  if (places_.size() >= streams_max_) {
    return WithReason(absl::ResourceExhaustedError(absl::StrCat(
                          "the server is busy: ", streams_max_, " streams run; retry later")),
                      kServerBusy);
  }
  places_.insert(place.get());
  return place;
}

void StreamWatch::Run() {
  mutex_.Lock();
  while (!stopping_) {
    Clock::time_point next = Sweep();
    auto pause = std::min<Clock::duration>(next - Clock::now(), kGrain);
    wake_.WaitFor(&mutex_, std::max<Clock::duration>(pause, std::chrono::milliseconds(1)));
  }
  mutex_.Unlock();
}

Clock::time_point StreamWatch::Sweep() {
  Clock::time_point now = Clock::now();
  Clock::time_point next = now + kGrain;
  for (Place* place : places_) {
    if (place->due_ <= now) {
      place->due_ = Clock::time_point::max();
      place->context_->TryCancel();
    }
    next = std::min(next, place->due_);
  }
  return next;
}

}  // namespace cartograph::services
