// WorkPool: threads for what may block or compute, so that the threads of the wire never do.

#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "base/mutex.h"

namespace cartograph::services {

struct WorkPoolLimits {
  std::string name;      // for messages: "commit"
  size_t threads = 1;    // at most; a thread starts when work finds none idle
  size_t queue_max = 0;  // work that waits for a thread
};

// Runs work in the order of submission, each piece once.
//
// Thread-safety: all methods may be called from any thread, Stop not from one of its own.
class WorkPool {
 public:
  explicit WorkPool(WorkPoolLimits limits);
  ~WorkPool();  // Stop()
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  // RESOURCE_EXHAUSTED when the queue is full, UNAVAILABLE after Stop; `work` is not run then.
  absl::Status Submit(absl::AnyInvocable<void()> work);
  // Takes no more work, runs what waits, and returns when the threads have ended.
  void Stop();
  // Pieces of work that wait for a thread.
  size_t queued() const;

 private:
  void Run();

  const WorkPoolLimits limits_;
  mutable base::Mutex mutex_;
  base::CondVar wake_;
  std::deque<absl::AnyInvocable<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mutex_);
  size_t idle_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace cartograph::services
