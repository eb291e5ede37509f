#include "storage/store.h"

#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "gtest/gtest.h"
#include "tests/storage/store_testing.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::storage {
namespace {

using base::MutexLock;
using base::Revision;

class StoreTest : public ::testing::Test {
 protected:
  testing::TemporaryFolder folder_;
  StoreOptions options_ = OptionsFor(folder_.Join("store"));
};

TEST_F(StoreTest, ANewStoreIsEmptyAtRevision0) {
  auto store = OpenOrDie(options_);
  EXPECT_EQ(store->appended(), Revision(0));
  EXPECT_EQ(store->Latest()->revision(), Revision(0));
  EXPECT_EQ(Dump(*store->Latest()), "");
  EXPECT_EQ(Dump(*store->Latest(), Revision(0)), "");
}

TEST_F(StoreTest, NothingIsVisibleBeforeItIsDurableAndPublished) {
  auto store = OpenOrDie(options_);
  CommitOrDie(store.get(), Entities({{"a", "1"}}));
  auto before = store->Latest();
  EXPECT_EQ(*store->Append(Entities({{"a", "2"}, {"b", "1"}})), Revision(2));
  EXPECT_EQ(*store->Append(Entities({{"a", "3"}})), Revision(3));
  EXPECT_EQ(Dump(*store->Latest()), "a=1");
  EXPECT_EQ(Dump(*store->WriterView()), "a=3 b=1");
  EXPECT_EQ(store->durable(), Revision(1));
  EXPECT_EQ(store->Latest()->ReadChange(Revision(2)).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Dump(*store->Latest(), Revision(2)), "OUT_OF_RANGE");
  ASSERT_TRUE(store->WaitDurable(Revision(2)).ok());
  EXPECT_EQ(store->durable(), Revision(3));  // one flush took both
  EXPECT_EQ(Dump(*store->Latest()), "a=1");
  EXPECT_EQ(Dump(*store->Publish(Revision(2))), "a=2 b=1");  // exactly 2, though 3 is there
  EXPECT_EQ(Dump(*store->Latest()), "a=2 b=1");
  EXPECT_EQ(Dump(*store->Publish(Revision(3))), "a=3 b=1");
  EXPECT_EQ(Dump(*before), "a=1");
}

TEST_F(StoreTest, ARefusedWriteSetTakesNoRevision) {
  auto store = OpenOrDie(options_);
  EXPECT_EQ(Code(store->Append(Entities({{"", "1"}})).status()), "INVALID_ARGUMENT");
  EXPECT_EQ(*store->Append(Entities({{"a", "1"}})), Revision(1));
}

TEST_F(StoreTest, ASnapshotOutlivesItsStoreAndKeepsTheFolderLocked) {
  auto store = OpenOrDie(options_);
  CommitOrDie(store.get(), Entities({{"a", "1"}}));
  auto snapshot = store->Latest();
  absl::StatusOr<PinnedBytes> bytes = snapshot->Get("a");
  store.reset();
  EXPECT_EQ(Dump(*snapshot), "a=1");
  EXPECT_EQ(Code(Store::Open(options_).status()), "FAILED_PRECONDITION");
  snapshot.reset();
  EXPECT_EQ(bytes->view(), "1");
  EXPECT_EQ(Code(Store::Open(options_).status()), "FAILED_PRECONDITION");
  bytes = absl::NotFoundError("gone");
  EXPECT_TRUE(Store::Open(options_).ok());
}

TEST_F(StoreTest, ARetriedRequestIsFoundAlsoAfterReopening) {
  auto store = OpenOrDie(options_);
  WriteSet writes = Entities({{"a", "1"}});
  writes.request_id = "r1";
  CommitOrDie(store.get(), writes);
  CommitOrDie(store.get(), Entities({{"a", "2"}}));
  EXPECT_EQ(*store->Latest()->FindRequest("r1"), Revision(1));
  store.reset();
  store = OpenOrDie(options_);
  EXPECT_EQ(*store->Latest()->FindRequest("r1"), Revision(1));
  EXPECT_EQ(*store->Latest()->FindRequest("r2"), std::nullopt);
}

TEST_F(StoreTest, ForgetsRequestsOnlyAfterTheirTime) {
  options_.requests_kept = 3;
  auto store = OpenOrDie(options_);
  for (int i = 1; i <= 10; ++i) {
    WriteSet writes;
    writes.request_id = absl::StrCat("r", i);
    CommitOrDie(store.get(), writes);
    for (int j = 1; j <= i; ++j) {
      bool found = store->Latest()->FindRequest(absl::StrCat("r", j))->has_value();
      EXPECT_EQ(found, j + 3 >= i) << j << " at " << i;
    }
    if (i == 7) {
      store.reset();
      store = OpenOrDie(options_);
    }
  }
}

TEST_F(StoreTest, AShorterMemoryIsReachedBitByBit) {
  options_.requests_kept = 100;
  auto store = OpenOrDie(options_);
  WriteSet writes;
  for (int i = 1; i <= 20; ++i) {
    writes.request_id = absl::StrCat("r", i);
    CommitOrDie(store.get(), writes);
  }
  options_.requests_kept = 2;
  store.reset();
  store = OpenOrDie(options_);
  writes.request_id = "";
  for (int i = 0; i < 20; ++i) CommitOrDie(store.get(), writes);
  for (int i = 1; i <= 20; ++i) {
    EXPECT_FALSE(store->Latest()->FindRequest(absl::StrCat("r", i))->has_value()) << i;
  }
}

TEST_F(StoreTest, AReusedRequestIdIsRememberedFromItsLastUse) {
  options_.requests_kept = 2;
  auto store = OpenOrDie(options_);
  WriteSet writes;
  writes.request_id = "same";
  CommitOrDie(store.get(), writes);
  CommitOrDie(store.get(), writes);
  CommitOrDie(store.get(), WriteSet());
  CommitOrDie(store.get(), WriteSet());  // forgets revision 1's, not the newer
  EXPECT_EQ(*store->Latest()->FindRequest("same"), Revision(2));
}

// Many threads commit as kb does. Every revision is published once, in order, and what a thread
// wrote is there as soon as it is told so.
TEST_F(StoreTest, ManyThreadsCommitTogether) {
  constexpr int kThreads = 8;
  constexpr int kCommits = 50;
  auto store = OpenOrDie(options_);
  base::Mutex publisher;
  auto commit = [&](const WriteSet& writes) {
    absl::StatusOr<Revision> revision = store->Append(writes);
    ASSERT_TRUE(revision.ok() && store->WaitDurable(*revision).ok());
    MutexLock lock(&publisher);
    while (store->visible() < *revision) store->Publish(store->visible().next());
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCommits; ++i) {
        std::string name = absl::StrCat("t", t);
        commit(Entities({{name, absl::StrCat(i)}}));
        EXPECT_EQ(store->Latest()->Get(name)->view(), absl::StrCat(i));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store->visible(), Revision(kThreads * kCommits));
  EXPECT_LE(store->Stats()->flushes, static_cast<uint64_t>(kThreads * kCommits));
  store.reset();
  EXPECT_EQ(OpenOrDie(options_)->visible(), Revision(kThreads * kCommits));
}

}  // namespace
}  // namespace cartograph::storage
