#include "services/serving.h"

#include <utility>

#include "absl/time/clock.h"
#include "services/error_reason.h"
#include "services/grpc_status.h"

namespace cartograph::services {

Serving::Serving(const ServingLimits& limits, ActorTable actors)
    : limits_(limits),
      actors_(std::move(actors)),
      start_time_(absl::Now()),
      questions_(std::make_unique<LatestCatalogue>()),
      streams_(std::make_unique<StreamWatch>(limits.streams_max, limits.stream_patience)),
      commit_pool_(std::make_unique<WorkPool>(
          WorkPoolLimits{"commit", limits.commit_threads, limits.commit_queue_max})),
      compute_pool_(std::make_unique<WorkPool>(
          WorkPoolLimits{"compute", limits.compute_threads, limits.compute_queue_max})),
      watches_(std::make_unique<StreamWatch>(limits.watches_max, limits.stream_patience)),
      watch_pool_(std::make_unique<WorkPool>(
          WorkPoolLimits{"watch", limits.watch_threads, limits.watches_max})) {}

absl::StatusOr<kb::KnowledgeBase*> Serving::kb() const {
  if (stopping_.load()) {
    return WithReason(absl::UnavailableError("the server is stopping"), kStopping);
  }
  kb::KnowledgeBase* kb = kb_.load();
  if (kb == nullptr) {
    return WithReason(absl::UnavailableError("the server is starting; retry in a moment"),
                      kStarting);
  }
  return kb;
}

}  // namespace cartograph::services
