// A disk that fails while the store runs.

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "storage/store_on_env.h"
#include "tests/storage/faulty_file_system.h"
#include "tests/storage/store_testing.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::storage {
namespace {

using base::Revision;

class StoreFailureTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store_ = *OpenStoreOnEnv(options_, disk_.env.get());
    CommitOrDie(store_.get(), Entities({{"a", "1"}}));
  }
  void ExpectRefused(const std::string& reason) {
    for (const absl::Status& status :
         {store_->Append(Entities({{"a", "refused"}})).status(), store_->WriteStatus()}) {
      EXPECT_EQ(Code(status), "UNAVAILABLE");
      EXPECT_TRUE(absl::StrContains(status.message(), reason)) << status;
    }
  }
  static WriteSet Large() { return Entities({{"large", std::string(10 << 20, 'x')}}); }
  std::string Reopened() {
    store_.reset();
    store_ = *OpenStoreOnEnv(options_, disk_.env.get());
    return absl::StrCat(store_->visible().number(), ": ", Dump(*store_->Latest()));
  }

  testing::TemporaryFolder folder_;
  FaultyDisk disk_;
  StoreOptions options_ = OptionsFor(folder_.Join("store"));
  std::unique_ptr<Store> store_;
};

TEST_F(StoreFailureTest, AFailedSyncDropsThePendingAndRefusesWrites) {
  ASSERT_TRUE(store_->Append(Entities({{"a", "2"}})).ok());
  ASSERT_TRUE(store_->Append(Entities({{"a", "3"}})).ok());
  disk_.files->Set(Fault::kSyncError, FaultyFiles::kLogs);
  for (uint64_t r : {2U, 3U}) EXPECT_EQ(Code(store_->WaitDurable(Revision(r))), "UNAVAILABLE");
  EXPECT_EQ(disk_.files->hits(), 1);
  ExpectRefused("a flush failed: cannot sync the log");
  EXPECT_EQ(store_->appended(), Revision(1));
  EXPECT_EQ(Dump(*store_->Latest()), "a=1");
  EXPECT_EQ(Dump(*store_->WriterView()), "a=1");
  // The disk is well again, but what it has of the log cannot be trusted: still refused.
  disk_.files->Clear();
  ExpectRefused("a flush failed");
  // Nobody was told that 2 and 3 happened; opening may bring them, whole and in order.
  std::string reopened = Reopened();
  EXPECT_TRUE(reopened == "1: a=1" || reopened == "2: a=2" || reopened == "3: a=3") << reopened;
  Revision next = store_->visible().next();
  EXPECT_EQ(CommitOrDie(store_.get(), Entities({{"a", "new"}})), next);
}

TEST_F(StoreFailureTest, TooLittleRoomRefusesWritesUntilThereIsMore) {
  ASSERT_TRUE(store_->Append(Entities({{"a", "2"}})).ok());
  disk_.files->SetFreeBytes(options_.disk_reserve_bytes - 1);
  ExpectRefused(absl::StrCat("the store refuses writes: 0 MiB are free for ", options_.path,
                             "; disk_reserve_bytes keeps 1 MiB"));
  EXPECT_TRUE(store_->WaitDurable(Revision(2)).ok());  // what was begun is finished
  EXPECT_EQ(Dump(*store_->Publish(Revision(2))), "a=2");
  disk_.files->SetFreeBytes(options_.disk_reserve_bytes);
  EXPECT_TRUE(store_->WriteStatus().ok());
  EXPECT_EQ(CommitOrDie(store_.get(), Entities({{"a", "3"}})), Revision(3));
}

TEST_F(StoreFailureTest, AFullDiskRefusesWritesAndReadsGoOn) {
  disk_.files->Set(Fault::kAppendNoSpace, FaultyFiles::kAll);
  EXPECT_EQ(Code(Commit(store_.get(), Entities({{"a", "2"}})).status()), "UNAVAILABLE");
  ExpectRefused("a flush failed: cannot sync the log: IO error: No space left on device");
  disk_.files->SetFreeBytes(0);
  EXPECT_EQ(Dump(*store_->Latest()), "a=1");
  EXPECT_EQ(Code(store_->Resume().status()), "UNAVAILABLE");
  EXPECT_EQ(store_->visible(), Revision(1));
  ExpectRefused("a flush failed");

  disk_.files->Clear();
  disk_.files->SetFreeBytes(std::nullopt);
  absl::StatusOr<Revision> resumed = store_->Resume();
  ASSERT_TRUE(resumed.ok()) << resumed.status();
  EXPECT_EQ(*resumed, Revision(2));  // unknown to its writer, and done after all
  EXPECT_EQ(Dump(*store_->Latest()), "a=2");
  EXPECT_EQ(CommitOrDie(store_.get(), Entities({{"b", "3"}})), Revision(3));
  EXPECT_EQ(Dump(*store_->Latest()), "a=2 b=3");
  EXPECT_EQ(Reopened(), "3: a=2 b=3");
}

TEST_F(StoreFailureTest, AFailedTableNeedsReopening) {
  disk_.files->Set(Fault::kAppendNoSpace, FaultyFiles::kTables);
  uint64_t acknowledged = 1;
  absl::StatusOr<Revision> revision = Revision(1);
  for (int i = 0; i < 1000 && revision.ok(); ++i) {
    acknowledged = revision->number();
    revision = Commit(store_.get(), Entities({{"a", std::string(20'000, 'x')}}));
  }
  EXPECT_EQ(Code(revision.status()), "UNAVAILABLE");
  EXPECT_TRUE(store_->Latest()->Get("a").ok());
  disk_.files->Clear();
  EXPECT_EQ(store_->Resume().status().message(),
            "a table could not be written: open the store again");
  Reopened();
  EXPECT_GE(store_->visible(), Revision(acknowledged));
  Revision next = store_->visible().next();
  EXPECT_EQ(CommitOrDie(store_.get(), Entities({{"a", "2"}})), next);
}

// More than the log's buffer holds: the append itself meets the full disk, and the sync tells. Also
// as the first thing that is written to a log.
TEST_F(StoreFailureTest, AnAppendThatMeetsAFullDisk) {
  for (bool reopen : {false, true}) {
    if (reopen) Reopened();
    Revision before = store_->visible();
    disk_.files->Set(Fault::kAppendNoSpace, FaultyFiles::kLogs);
    EXPECT_EQ(*store_->Append(Large()), before.next());
    EXPECT_GT(disk_.files->hits(), 0);
    disk_.files->Clear();  // the hole in the log stays
    EXPECT_EQ(Code(store_->WaitDurable(before.next())), "UNAVAILABLE");
    ExpectRefused("a flush failed: cannot sync the log: IO error: No space left on device");
    absl::StatusOr<Revision> resumed = store_->Resume();
    ASSERT_TRUE(resumed.ok()) << resumed.status();
    EXPECT_EQ(*resumed, before.next());
    EXPECT_EQ(CommitOrDie(store_.get(), Entities({{"large", std::nullopt}})), resumed->next());
    EXPECT_EQ(Reopened(), absl::StrCat(resumed->next().number(), ": a=1"));
  }
}

// The disk fails at a moment of its own choosing, among appends, flushes and tables being written.
// Whatever was acknowledged is there after Resume, and after reopening.
TEST_F(StoreFailureTest, ManyThreadsMeetAFailingDisk) {
  constexpr size_t kThreads = 8;
  base::Mutex publisher;
  std::vector<int> acknowledged(kThreads, -1);
  for (int round = 0; round < 4; ++round) {
    Fault fault = round % 2 == 0 ? Fault::kAppendNoSpace : Fault::kSyncError;
    std::atomic<int> commits{0};
    std::vector<std::thread> threads;
    for (size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        while (true) {
          if (++commits == 40) disk_.files->Set(fault, FaultyFiles::kAll);
          int value = acknowledged[t] + 1;
          WriteSet writes = Entities(
              {{absl::StrCat("t", t), absl::StrCat(value)}, {"padding", std::string(5000, 'p')}});
          absl::StatusOr<Revision> revision = store_->Append(writes);
          if (!revision.ok() || !store_->WaitDurable(*revision).ok()) return;
          acknowledged[t] = value;
          base::MutexLock lock(&publisher);
          while (store_->visible() < *revision) store_->Publish(store_->visible().next());
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    disk_.files->Clear();
    if (absl::StatusOr<Revision> resumed = store_->Resume(); !resumed.ok()) Reopened();
    ASSERT_TRUE(store_->WriteStatus().ok());
    for (size_t t = 0; t < kThreads; ++t) {
      absl::StatusOr<PinnedBytes> bytes = store_->Latest()->Get(absl::StrCat("t", t));
      if (acknowledged[t] < 0) continue;
      ASSERT_TRUE(bytes.ok()) << bytes.status();
      int found = -1;
      ASSERT_TRUE(absl::SimpleAtoi(bytes->view(), &found));
      EXPECT_GE(found, acknowledged[t]) << "thread " << t << ", round " << round;
      acknowledged[t] = found;
    }
  }
}

TEST_F(StoreFailureTest, ResumeAfterAFailedSyncBringsBackWhatWasUnknown) {
  ASSERT_TRUE(store_->Append(Entities({{"a", "2"}})).ok());
  disk_.files->Set(Fault::kSyncError, FaultyFiles::kLogs);
  EXPECT_FALSE(store_->WaitDurable(Revision(2)).ok());
  disk_.files->Clear();
  absl::StatusOr<Revision> resumed = store_->Resume();
  ASSERT_TRUE(resumed.ok()) << resumed.status();
  EXPECT_EQ(*resumed, Revision(2));
  EXPECT_EQ(Dump(*store_->Latest()), "a=2");
  EXPECT_EQ(CommitOrDie(store_.get(), Entities({{"a", "3"}})), Revision(3));
  EXPECT_EQ(Reopened(), "3: a=3");
}

TEST_F(StoreFailureTest, ResumeOfAHealthyStoreDoesNothing) {
  EXPECT_EQ(*store_->Resume(), Revision(1));
  EXPECT_EQ(Dump(*store_->Latest()), "a=1");
}

TEST_F(StoreFailureTest, AFullDiskAtOpeningIsOneClearStatus) {
  store_.reset();
  disk_.files->Set(Fault::kAppendNoSpace, FaultyFiles::kAll);
  absl::Status status = OpenStoreOnEnv(options_, disk_.env.get()).status();
  EXPECT_EQ(Code(status), "UNAVAILABLE");
  EXPECT_TRUE(absl::StrContains(status.message(), "No space left on device")) << status;
  disk_.files->Clear();
  store_ = *OpenStoreOnEnv(options_, disk_.env.get());
  EXPECT_EQ(Dump(*store_->Latest()), "a=1");
}

}  // namespace
}  // namespace cartograph::storage
