#include "services/work_pool.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "services/error_reason.h"
#include "services/grpc_status.h"

namespace cartograph::services {

WorkPool::WorkPool(WorkPoolLimits limits) : limits_(std::move(limits)) {
  CHECK(limits_.threads > 0);
}

WorkPool::~WorkPool() { Stop(); }

absl::Status WorkPool::Submit(absl::AnyInvocable<void()> work) {
  base::MutexLock lock(&mutex_);
  if (stopping_) {
    return WithReason(absl::UnavailableError("the server is stopping"), kStopping);
  }
  bool taken_at_once = idle_ > queue_.size() || threads_.size() < limits_.threads;
  if (!taken_at_once && queue_.size() >= limits_.queue_max) {
    return WithReason(absl::ResourceExhaustedError(
                          absl::StrCat("the server is busy: ", limits_.queue_max,
                                       " calls wait in its ", limits_.name, " queue; retry later")),
                      kServerBusy);
  }
  queue_.push_back(std::move(work));
  if (queue_.size() > idle_ && threads_.size() < limits_.threads) {
    threads_.emplace_back([this] { Run(); });
  }
  wake_.NotifyOne();
  return absl::OkStatus();
}

void WorkPool::Stop() {
  std::vector<std::thread> threads;
  {
    base::MutexLock lock(&mutex_);
    stopping_ = true;
    threads.swap(threads_);
    wake_.NotifyAll();
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

size_t WorkPool::queued() const {
  base::MutexLock lock(&mutex_);
  return queue_.size();
}

void WorkPool::Run() {
  mutex_.Lock();
  while (true) {
    while (queue_.empty() && !stopping_) {
      ++idle_;
      wake_.Wait(&mutex_);
      --idle_;
    }
    if (queue_.empty()) {
      break;
    }
    absl::AnyInvocable<void()> work = std::move(queue_.front());
    queue_.pop_front();
    mutex_.Unlock();
    work();
    work = nullptr;  // what it holds goes before the lock is taken again
    mutex_.Lock();
  }
  mutex_.Unlock();
}

}  // namespace cartograph::services
