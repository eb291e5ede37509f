// How long after a commit is acknowledged its change reaches those who watch: a server in this
// process, N subscribers over TCP (callback API, 10 connections), and a client that retracts and
// reinstates a source of the founding corpus, which takes 11 facts of studied_in and brings them
// back.
//
// One iteration is one commit, told to all. Counters, in milliseconds, over all subscribers and
// commits: p50, p99 and max of receipt minus acknowledgement (0 when the change came first).

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/mutex.h"
#include "benchmark/benchmark.h"
#include "cartograph/v1/entity_service.grpc.pb.h"
#include "cartograph/v1/fact_service.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "tests/support/paths.h"
#include "tests/support/test_server.h"

namespace cartograph {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kConnections = 10;

// Receipts of one revision after another.
class Receipts {
 public:
  explicit Receipts(size_t subscribers) : times_(subscribers) {}

  void Note(size_t subscriber) {
    const Clock::time_point now = Clock::now();
    base::MutexLock lock(&mutex_);
    times_[subscriber] = now;
    if (--missing_ == 0) all_.NotifyAll();
  }

  void Expect() {
    base::MutexLock lock(&mutex_);
    missing_ = times_.size();
  }

  std::vector<Clock::time_point> Await() {
    base::MutexLock lock(&mutex_);
    while (missing_ > 0) all_.Wait(&mutex_);
    return times_;
  }

 private:
  base::Mutex mutex_;
  base::CondVar all_;
  std::vector<Clock::time_point> times_ ABSL_GUARDED_BY(mutex_);
  size_t missing_ ABSL_GUARDED_BY(mutex_) = 0;
};

// One watch. Outlives its call.
class Subscriber final : public grpc::ClientReadReactor<v1::WatchFactsResponse> {
 public:
  Subscriber(v1::FactService::Stub* stub, uint64_t after, size_t number, Receipts* receipts,
             std::atomic<int>* running)
      : number_(number), receipts_(receipts), running_(running) {
    v1::WatchFactsRequest request;
    request.add_patterns()->set_predicate("studied_in");
    request.set_after_revision(after);
    request.mutable_checkpoint_interval()->set_seconds(3600);
    ++*running_;
    stub->async()->WatchFacts(&context_, &request, this);
    StartRead(&event_);
    StartCall();
  }

  void Cancel() { context_.TryCancel(); }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    if (event_.complete()) receipts_->Note(number_);
    StartRead(&event_);
  }
  void OnDone(const grpc::Status&) override { --*running_; }

 private:
  grpc::ClientContext context_;
  const size_t number_;
  Receipts* const receipts_;
  std::atomic<int>* const running_;
  v1::WatchFactsResponse event_;
};

class World {
 public:
  explicit World(size_t subscribers) : server_(Options()), receipts_(subscribers) {
    channel_ = server_.Channel();
    entities_ = v1::EntityService::NewStub(channel_);
    receipts_.Expect();
    const uint64_t now = server_.kb().Latest().revision().number();
    for (int i = 0; i < kConnections; ++i) {
      stubs_.push_back(v1::FactService::NewStub(server_.Channel()));
    }
    // Each begins in the past: what it is told first says that it is there.
    for (size_t i = 0; i < subscribers; ++i) {
      watches_.push_back(std::make_unique<Subscriber>(stubs_[i % kConnections].get(), now - 1, i,
                                                      &receipts_, &running_));
    }
    receipts_.Await();
  }

  ~World() {
    for (auto& watch : watches_) watch->Cancel();
    while (running_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  // Milliseconds from the acknowledgement to each receipt.
  std::vector<double> Turn() {
    receipts_.Expect();
    grpc::ClientContext context;
    v1::UpdateEntityRequest request;
    request.mutable_entity()->set_name("sources/schett-2024");
    retracted_ = !retracted_;
    request.mutable_entity()->mutable_source()->set_standing(retracted_ ? v1::STANDING_RETRACTED
                                                                        : v1::STANDING_REINSTATED);
    request.mutable_update_mask()->add_paths("source.standing");
    v1::UpdateEntityResponse response;
    CHECK(entities_->UpdateEntity(&context, request, &response).ok());
    const Clock::time_point acknowledged = Clock::now();
    std::vector<double> delays;
    for (Clock::time_point received : receipts_.Await()) {
      const double delay =
          std::chrono::duration<double, std::milli>(received - acknowledged).count();
      delays.push_back(std::max(delay, 0.0));
    }
    return delays;
  }

 private:
  static test::TestServerOptions Options() {
    test::TestServerOptions options;
    options.founding_dir = testing::SourceDir() + "/data/founding";
    return options;
  }

  test::TestServer server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::EntityService::Stub> entities_;
  std::vector<std::unique_ptr<v1::FactService::Stub>> stubs_;
  Receipts receipts_;
  std::atomic<int> running_{0};
  std::vector<std::unique_ptr<Subscriber>> watches_;
  bool retracted_ = false;
};

void BM_WatchDelay(benchmark::State& state) {
  World world(static_cast<size_t>(state.range(0)));
  std::vector<double> delays;
  for (auto _ : state) {
    const std::vector<double> turn = world.Turn();
    delays.insert(delays.end(), turn.begin(), turn.end());
  }
  std::sort(delays.begin(), delays.end());
  auto at = [&](double part) {
    return delays[static_cast<size_t>(part * static_cast<double>(delays.size() - 1))];
  };
  state.counters["p50_ms"] = at(0.5);
  state.counters["p99_ms"] = at(0.99);
  state.counters["max_ms"] = delays.back();
}
BENCHMARK(BM_WatchDelay)
    ->Arg(1)
    ->Arg(100)
    ->Arg(1000)
    ->Iterations(100)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cartograph

BENCHMARK_MAIN();
