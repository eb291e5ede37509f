// Serving: what all services of one server share.

#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/budget.h"
#include "kb/knowledge_base.h"
#include "services/actors.h"
#include "services/question_catalogue.h"
#include "services/stream_watch.h"
#include "services/work_pool.h"

namespace cartograph::services {

// Limits of the wire. Each can be set in the configuration file; the defaults suit one server on a
// small machine.
struct ServingLimits {
  // A commit spends its time waiting for the disk: 64 threads let 64 commits share one fsync.
  size_t commit_threads = 64;
  // A quarter of a second of commits at 4 k/s.
  size_t commit_queue_max = 1024;
  // Questions, explanations, rule packs: as many as there are cores to keep busy.
  size_t compute_threads = 4;
  // Beyond that a call would wait for seconds: better told to retry.
  size_t compute_queue_max = 256;
  // Of one page's entities or rows: below the 1 MiB that any client takes.
  size_t page_bytes_max = 512 << 10;
  // Entities looked at for one page: then it ends early, with a next page.
  size_t entities_scanned_max = 20'000;
  // Of the entities of one BatchGetEntities: below the 4 MiB that gRPC clients take by default.
  size_t batch_bytes_max = 3 << 20;
  // Of one message of a server stream: bounds what a slow reader holds.
  size_t stream_chunk_bytes_max = 64 << 10;
  // A client of a stream that neither sends nor takes anything for so long is cut off.
  std::chrono::milliseconds stream_patience{30'000};
  // Import and export streams at a time: each holds a chunk and a snapshot.
  size_t streams_max = 64;
  // Watches at a time: each holds a call, and nothing else while it waits.
  size_t watches_max = 2000;
  // Of the work of watches: small pieces, one at a time for each watch.
  size_t watch_threads = 2;
  // Of one question, rule text or explanation: what it may spend before it is told that it asks
  // too much.
  base::BudgetLimits ask = {.facts_max = 5'000'000,
                            .probes_max = 200'000'000,
                            .rounds_max = 0,
                            .bytes_max = uint64_t{512} << 20,
                            .time_max = std::chrono::milliseconds(10'000)};
};

// Thread-safety: all methods may be called from any thread.
class Serving {
 public:
  Serving(const ServingLimits& limits, ActorTable actors);

  // The knowledge base. UNAVAILABLE while the server starts (the model does not stand yet) and once
  // it stops.
  absl::StatusOr<kb::KnowledgeBase*> kb() const;
  // From now on calls are served. REQUIRES: `kb` outlives this object's last call.
  void Start(kb::KnowledgeBase* kb) { kb_.store(kb); }
  // From now on calls get UNAVAILABLE; those under way go on.
  void Stop() { stopping_.store(true); }

  const ServingLimits& limits() const { return limits_; }
  const ActorTable& actors() const { return actors_; }
  StreamWatch& streams() const { return *streams_; }
  StreamWatch& watches() const { return *watches_; }
  WorkPool& watch_pool() const { return *watch_pool_; }
  WorkPool& commit_pool() const { return *commit_pool_; }
  WorkPool& compute_pool() const { return *compute_pool_; }
  LatestCatalogue& questions() const { return *questions_; }
  absl::Time start_time() const { return start_time_; }

 private:
  const ServingLimits limits_;
  const ActorTable actors_;
  const absl::Time start_time_;
  std::atomic<kb::KnowledgeBase*> kb_{nullptr};
  std::atomic<bool> stopping_{false};
  const std::unique_ptr<LatestCatalogue> questions_;
  std::unique_ptr<StreamWatch> streams_;
  std::unique_ptr<WorkPool> commit_pool_;
  std::unique_ptr<WorkPool> compute_pool_;
  std::unique_ptr<StreamWatch> watches_;
  std::unique_ptr<WorkPool> watch_pool_;
};

}  // namespace cartograph::services
