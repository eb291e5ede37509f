// The chain alone: these tests decide when a flush ends and how.

#include "storage/commit_chain.h"

#include <thread>
#include <vector>

#include "base/mutex.h"
#include "gtest/gtest.h"

namespace cartograph::storage {
namespace {

using base::MutexLock;
using base::Revision;

// A flush that ends when the test lets it.
class Gate {
 public:
  absl::Status Flush(Revision target) {
    MutexLock lock(&mutex_);
    targets_.push_back(target);
    changed_.NotifyAll();
    size_t mine = targets_.size();
    while (results_.size() < mine) changed_.Wait(&mutex_);
    return results_[mine - 1];
  }
  void End(absl::Status status) {
    MutexLock lock(&mutex_);
    results_.push_back(std::move(status));
    changed_.NotifyAll();
  }
  // Waits for the `count`-th flush to begin; what it covers.
  Revision AwaitFlush(size_t count) {
    MutexLock lock(&mutex_);
    while (targets_.size() < count) changed_.Wait(&mutex_);
    return targets_[count - 1];
  }
  size_t flushes() {
    MutexLock lock(&mutex_);
    return targets_.size();
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  std::vector<Revision> targets_;
  std::vector<absl::Status> results_;
};

class CommitChainTest : public ::testing::Test {
 protected:
  static StoreOptions Options() {
    StoreOptions options;
    options.pending_max = 3;
    options.group_wait_max = std::chrono::microseconds(0);
    return options;
  }

  void Add(int count) {
    for (int i = 0; i < count; ++i) ASSERT_TRUE(chain_.Add(nullptr).ok());
  }
  std::thread Waiter(uint64_t revision, absl::Status* status) {
    return std::thread([=, this] { *status = chain_.WaitDurable(Revision(revision)); });
  }

  Gate gate_;
  CommitChain chain_{Options(), Revision(10), nullptr,
                     [this](Revision target) { return gate_.Flush(target); }};
};

TEST_F(CommitChainTest, OneFlushServesAllThatWait) {
  Add(3);
  absl::Status leader;
  std::thread first = Waiter(11, &leader);
  EXPECT_EQ(gate_.AwaitFlush(1), Revision(13));  // all appended, not just the leader's
  std::vector<absl::Status> followers(2);
  std::thread second = Waiter(12, &followers[0]);
  std::thread third = Waiter(13, &followers[1]);
  EXPECT_EQ(chain_.durable(), Revision(10));
  gate_.End(absl::OkStatus());
  for (std::thread* thread : {&first, &second, &third}) thread->join();
  EXPECT_TRUE(leader.ok() && followers[0].ok() && followers[1].ok());
  EXPECT_EQ(gate_.flushes(), 1u);
  EXPECT_EQ(chain_.durable(), Revision(13));
  EXPECT_EQ(chain_.visible(), Revision(10));
}

TEST_F(CommitChainTest, WhatComesDuringAFlushWaitsForTheNext) {
  Add(1);
  absl::Status first_status;
  std::thread first = Waiter(11, &first_status);
  gate_.AwaitFlush(1);
  Add(1);
  absl::Status second_status;
  std::thread second = Waiter(12, &second_status);
  gate_.End(absl::OkStatus());
  first.join();
  EXPECT_EQ(gate_.AwaitFlush(2), Revision(12));
  EXPECT_EQ(chain_.durable(), Revision(11));
  gate_.End(absl::OkStatus());
  second.join();
  EXPECT_EQ(chain_.durable(), Revision(12));
  EXPECT_EQ(chain_.flushes(), 2u);
}

TEST_F(CommitChainTest, PublishesInOrder) {
  Add(2);
  gate_.End(absl::OkStatus());
  ASSERT_TRUE(chain_.WaitDurable(Revision(12)).ok());
  EXPECT_EQ(chain_.visible(), Revision(10));
  chain_.Publish(Revision(11));
  EXPECT_EQ(chain_.visible(), Revision(11));
  EXPECT_DEATH(chain_.Publish(Revision(13)), "");
  chain_.Publish(Revision(12));
  EXPECT_EQ(chain_.visible(), Revision(12));
}

TEST_F(CommitChainTest, DoesNotPublishWhatIsNotDurable) {
  Add(1);
  EXPECT_DEATH(chain_.Publish(Revision(11)), "");
}

TEST_F(CommitChainTest, AFailedFlushDropsAllThatIsPending) {
  Add(1);
  gate_.End(absl::OkStatus());
  ASSERT_TRUE(chain_.WaitDurable(Revision(11)).ok());  // durable, not yet published
  Add(2);
  std::vector<absl::Status> statuses(2);
  std::thread first = Waiter(12, &statuses[0]);
  gate_.AwaitFlush(2);
  std::thread second = Waiter(13, &statuses[1]);
  Add(1);  // during the flush: dropped as well
  gate_.End(absl::DataLossError("the disk said no"));
  first.join();
  second.join();
  for (const absl::Status& status : statuses) {
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(status.message(), "the store refuses writes: a flush failed: the disk said no");
  }
  EXPECT_EQ(chain_.appended(), Revision(11));
  EXPECT_EQ(chain_.AwaitRoom().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(chain_.Add(nullptr).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(chain_.WaitDurable(Revision(14)).code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(chain_.WaitDurable(Revision(11)).ok());
  chain_.Publish(Revision(11));  // what was durable before still comes out
  EXPECT_EQ(chain_.visible(), Revision(11));
}

TEST_F(CommitChainTest, AFailedAppendDropsWhatIsPendingWithoutAFlush) {
  Add(1);
  chain_.Fail(absl::UnavailableError("no space"));
  EXPECT_EQ(chain_.AwaitRoom().message(), "the store refuses writes: an append failed: no space");
  EXPECT_EQ(chain_.WaitDurable(Revision(11)), chain_.AwaitRoom());
  EXPECT_EQ(chain_.appended(), Revision(10));
  EXPECT_EQ(gate_.flushes(), 0u);
}

TEST_F(CommitChainTest, AFlushUnderWayWhenAnAppendFailsStillCounts) {
  Add(2);
  absl::Status status;
  std::thread waiter = Waiter(12, &status);
  gate_.AwaitFlush(1);
  Add(1);
  chain_.Fail(absl::UnavailableError("no space"));
  gate_.End(absl::OkStatus());
  waiter.join();
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(chain_.durable(), Revision(12));
  EXPECT_EQ(chain_.appended(), Revision(12));
  EXPECT_FALSE(chain_.WaitDurable(Revision(13)).ok());
  chain_.Publish(Revision(11));
  chain_.Publish(Revision(12));
}

TEST_F(CommitChainTest, RestartTakesWritesAgain) {
  Add(2);
  gate_.End(absl::UnavailableError("gone"));
  EXPECT_FALSE(chain_.WaitDurable(Revision(12)).ok());
  chain_.Restart(Revision(12), nullptr);
  EXPECT_TRUE(chain_.write_status().ok());
  EXPECT_EQ(chain_.visible(), Revision(12));
  Add(1);
  EXPECT_EQ(chain_.appended(), Revision(13));
}

TEST_F(CommitChainTest, TooManyPendingAreFlushedFirst) {
  Add(2);
  EXPECT_TRUE(chain_.AwaitRoom().ok());
  EXPECT_EQ(gate_.flushes(), 0u);
  Add(1);
  gate_.End(absl::OkStatus());
  EXPECT_TRUE(chain_.AwaitRoom().ok());
  EXPECT_EQ(gate_.flushes(), 1u);
  EXPECT_EQ(chain_.durable(), Revision(13));
}

TEST(CommitChainGroupTest, ALoneWriterNeverWaitsForAGroup) {
  StoreOptions options;
  options.group_wait_max = std::chrono::hours(1);
  CommitChain chain(options, Revision(0), nullptr, [](Revision) { return absl::OkStatus(); });
  for (uint64_t r = 1; r <= 100; ++r) {
    ASSERT_TRUE(chain.Add(nullptr).ok());
    ASSERT_TRUE(chain.WaitDurable(Revision(r)).ok());
  }
  EXPECT_EQ(chain.flushes(), 100u);
}

}  // namespace
}  // namespace cartograph::storage
