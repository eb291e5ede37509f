// StreamWatch: how many streams run at a time, and for how long one may keep the server waiting.

#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <thread>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "grpcpp/server_context.h"

namespace cartograph::services {

// Cancels streams whose client neither sends nor takes anything for too long: each holds a chunk
// and a snapshot.
//
// Thread-safety: all methods may be called from any thread.
class StreamWatch {
 public:
  // A stream's place. Not for several threads at once.
  class Place {
   public:
    Place(StreamWatch* watch, grpc::CallbackServerContext* context)
        : watch_(watch), context_(context) {}
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    // The client has to act from now on: it is cancelled after the watch's `patience`.
    void AwaitClient();
    // It did.
    void ClientActed();

   private:
    friend class StreamWatch;
    StreamWatch* const watch_;
    grpc::CallbackServerContext* const context_;
    std::chrono::steady_clock::time_point due_ = std::chrono::steady_clock::time_point::max();
  };

  StreamWatch(size_t streams_max, std::chrono::milliseconds patience);
  // REQUIRES: no place is left.
  ~StreamWatch();
  StreamWatch(const StreamWatch&) = delete;
  StreamWatch& operator=(const StreamWatch&) = delete;

  // RESOURCE_EXHAUSTED when `streams_max` run already. REQUIRES: `context` outlives the place.
  absl::StatusOr<std::unique_ptr<Place>> Enter(grpc::CallbackServerContext* context);

 private:
  void Run();
  // Cancels what is overdue; returns when the next stream will be.
  std::chrono::steady_clock::time_point Sweep() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t streams_max_;
  const std::chrono::milliseconds patience_;
  base::Mutex mutex_;
  base::CondVar wake_;
  absl::flat_hash_set<Place*> places_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace cartograph::services
