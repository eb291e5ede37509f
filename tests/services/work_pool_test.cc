#include "services/work_pool.h"

#include <atomic>
#include <future>
#include <vector>

#include "gtest/gtest.h"
#include "services/grpc_status.h"

namespace cartograph::services {
namespace {

TEST(WorkPoolTest, RunsEachPieceOnce) {
  std::atomic<int> sum{0};
  {
    WorkPool pool({"test", 4, 1000});
    for (int i = 1; i <= 1000; ++i) {
      ASSERT_TRUE(pool.Submit([&sum, i] { sum += i; }).ok());
    }
  }
  EXPECT_EQ(sum, 1000 * 1001 / 2);
}

TEST(WorkPoolTest, StartsAsManyThreadsAsWorkNeeds) {
  // Each piece waits for all others: with fewer threads than pieces this would never end.
  constexpr int kThreads = 64;
  WorkPool pool({"test", kThreads, 0});
  std::atomic<int> arrived{0};
  std::promise<void> all;
  std::shared_future<void> go = all.get_future().share();
  std::vector<std::future<void>> done;
  for (int i = 0; i < kThreads; ++i) {
    auto promise = std::make_shared<std::promise<void>>();
    done.push_back(promise->get_future());
    ASSERT_TRUE(pool.Submit([&arrived, &all, go, promise] {
                      if (++arrived == kThreads) {
                        all.set_value();
                      }
                      go.wait();
                      promise->set_value();
                    })
                    .ok());
  }
  for (auto& each : done) {
    each.wait();
  }
  EXPECT_EQ(arrived, kThreads);
}

TEST(WorkPoolTest, AFullQueueRefuses) {
  WorkPool pool({"test", 1, 2});
  std::promise<void> go;
  std::shared_future<void> gate = go.get_future().share();
  std::promise<void> started;
  ASSERT_TRUE(pool.Submit([&started, gate] {
                    started.set_value();
                    gate.wait();
                  })
                  .ok());
  started.get_future().wait();
  EXPECT_TRUE(pool.Submit([] {}).ok());
  EXPECT_TRUE(pool.Submit([] {}).ok());
  EXPECT_EQ(pool.queued(), 2u);
  absl::Status full = pool.Submit([] {});
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(full), "SERVER_BUSY");
  EXPECT_EQ(full.message(), "the server is busy: 2 calls wait in its test queue; retry later");
  go.set_value();
}

TEST(WorkPoolTest, StopRunsWhatWaitsAndTakesNoMore) {
  std::atomic<int> runs{0};
  WorkPool pool({"test", 1, 10});
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(pool.Submit([&runs] { ++runs; }).ok());
  }
  pool.Stop();
  EXPECT_EQ(runs, 10);
  EXPECT_EQ(ReasonOf(pool.Submit([] {})), "STOPPING");
}

}  // namespace
}  // namespace cartograph::services
