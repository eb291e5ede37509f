// WatchHub: wakes those who wait for the next revision.

#pragma once

#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "base/mutex.h"
#include "base/revision.h"

namespace cartograph::kb {

// Holds no data: who is woken reads the change log at their own pace, so a slow one costs nobody
// anything.
//
// Thread-safety: any thread. Publishing takes one short lock and never waits for those woken.
class WatchHub {
 public:
  using Clock = std::chrono::steady_clock;
  // Called once, on the hub's thread: must hand long work on.
  using Wake = absl::AnyInvocable<void()>;
  using Ticket = uint64_t;

  explicit WatchHub(base::Revision published);
  // REQUIRES: nobody waits.
  ~WatchHub();
  WatchHub(const WatchHub&) = delete;
  WatchHub& operator=(const WatchHub&) = delete;

  // Calls `wake` when a revision after `after` is published, at `due`, or at WakeAll.
  Ticket Wait(base::Revision after, Clock::time_point due, Wake wake);
  // True: it will not be called. False: it was, is being, or is about to be called.
  bool Cancel(Ticket ticket);

  void Published(base::Revision revision);
  // Wakes everybody who waits now or ever will: the server stops.
  void WakeAll();

 private:
  struct Waiter {
    Ticket ticket;
    base::Revision after;
    Clock::time_point due;
    Wake wake;
  };

  void Run();
  // Takes out those who are to be woken; sets `next` to when the next one is due.
  std::vector<Waiter> TakeReady(Clock::time_point* next) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  base::Mutex mutex_;
  base::CondVar changed_;
  base::Revision published_ ABSL_GUARDED_BY(mutex_);
  std::vector<Waiter> waiters_ ABSL_GUARDED_BY(mutex_);
  Ticket tickets_ ABSL_GUARDED_BY(mutex_) = 0;
  bool wake_all_ ABSL_GUARDED_BY(mutex_) = false;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace cartograph::kb
