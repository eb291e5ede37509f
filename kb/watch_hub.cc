#include "kb/watch_hub.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace cartograph::kb {
namespace {

// The longest sleep: a bound for arithmetic on times, not a period that anything depends on.
constexpr std::chrono::hours kLongest{1};

}  // namespace

WatchHub::WatchHub(base::Revision published) : published_(published), thread_([this] { Run(); }) {}

WatchHub::~WatchHub() {
  {
    base::MutexLock lock(&mutex_);
    CHECK(waiters_.empty());
    ending_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

WatchHub::Ticket WatchHub::Wait(base::Revision after, Clock::time_point due, Wake wake) {
  base::MutexLock lock(&mutex_);
  waiters_.push_back({++tickets_, after, due, std::move(wake)});
  changed_.NotifyAll();
  return tickets_;
}

bool WatchHub::Cancel(Ticket ticket) {
  base::MutexLock lock(&mutex_);
  auto found = std::find_if(waiters_.begin(), waiters_.end(),
                            [ticket](const Waiter& waiter) { return waiter.ticket == ticket; });
  if (found == waiters_.end()) {
    return false;
  }
  waiters_.erase(found);
  return true;
}

void WatchHub::Published(base::Revision revision) {
  base::MutexLock lock(&mutex_);
  published_ = std::max(published_, revision);
  changed_.NotifyAll();
}

void WatchHub::WakeAll() {
  base::MutexLock lock(&mutex_);
  wake_all_ = true;
  changed_.NotifyAll();
}

void WatchHub::Run() {
  mutex_.Lock();
  while (!ending_) {
    Clock::time_point next = Clock::now() + kLongest;
    std::vector<Waiter> ready = TakeReady(&next);
    if (ready.empty()) {
      changed_.WaitFor(&mutex_, next - Clock::now());
      continue;
    }
    mutex_.Unlock();
    for (Waiter& waiter : ready) {
      waiter.wake();
    }
    mutex_.Lock();
  }
  mutex_.Unlock();
}

std::vector<WatchHub::Waiter> WatchHub::TakeReady(Clock::time_point* next) {
  Clock::time_point now = Clock::now();
  auto waits = [&](const Waiter& waiter) {
    return !wake_all_ && published_ <= waiter.after && waiter.due > now;
  };
  auto first = std::stable_partition(waiters_.begin(), waiters_.end(), waits);
  std::vector<Waiter> ready(std::make_move_iterator(first),
                            std::make_move_iterator(waiters_.end()));
  waiters_.erase(first, waiters_.end());
  for (const Waiter& waiter : waiters_) {
    *next = std::min(*next, waiter.due);
  }
  return ready;
}

}  // namespace cartograph::kb
