#include "kb/version_chain.h"

#include "gtest/gtest.h"
#include "storage/store_on_env.h"
#include "tests/kb/test_base.h"
#include "tests/storage/faulty_file_system.h"

namespace cartograph::kb {
namespace {

v1::ReadOptions At(uint64_t revision) {
  v1::ReadOptions read;
  read.set_at_revision(revision);
  return read;
}

v1::ReadOptions AtLeast(uint64_t revision) {
  v1::ReadOptions read;
  read.set_at_least_revision(revision);
  return read;
}

TEST(VersionChainTest, HoldsTheLastVersions) {
  KnowledgeBaseOptions options;
  options.snapshots_held_max = 3;
  TestBase base(options);
  for (const char* id : {"a", "b", "c", "d", "e"}) {
    ASSERT_TRUE(base.Commit({Disease("create", id)}).ok());
  }
  auto read = [&](const v1::ReadOptions& at) {
    auto snapshot = base.kb().Read(at);
    return snapshot.ok()
               ? absl::StrCat("r", snapshot->revision().number(), " ", snapshot->model().size())
               : Describe(snapshot.status());
  };
  EXPECT_EQ(read({}), "r5 10");
  EXPECT_EQ(read(At(5)), "r5 10");
  EXPECT_EQ(read(At(4)), "r4 8");
  EXPECT_EQ(read(At(3)), "r3 6");
  // Those before are derived again.
  EXPECT_EQ(read(At(2)), "r2 4");
  EXPECT_EQ(
      read(At(6)),
      "FAILED_PRECONDITION REVISION_NOT_REACHED: revision 6 is not reached yet; the latest is 5");
  EXPECT_EQ(read(AtLeast(1)), "r5 10");
  EXPECT_EQ(read(AtLeast(5)), "r5 10");
  EXPECT_EQ(
      read(AtLeast(6)),
      "FAILED_PRECONDITION REVISION_NOT_REACHED: revision 6 is not reached yet; the latest is 5");
  base.Reopen();
  EXPECT_EQ(read(At(5)), "r5 10");
  EXPECT_EQ(read(At(4)), "r4 8");
}

TEST(VersionChainTest, ASnapshotStaysAsItWas) {
  TestBase base;
  base.Activate(kDiseaseRules);
  ASSERT_TRUE(base.Commit({Disease("create", "a"), Disease("create", "b", {"a"})}).ok());
  Snapshot before = base.kb().Latest();
  std::string facts = DumpModel(before.model());
  ASSERT_TRUE(base.Commit({"delete: 'diseases/b'", Disease("create", "c")}).ok());
  base.Activate(".decl one(n: number)\none(1).", "2.0.0");
  EXPECT_EQ(before.revision().number(), 2u);
  EXPECT_EQ(DumpModel(before.model()), facts);
  EXPECT_EQ(before.pack()->label(), "pack@1.0.0");
  EXPECT_FALSE((*before.GetEntity("diseases/b"))->has_delete_time());
  EXPECT_FALSE(before.EntityBytes("diseases/c")->has_value());
  std::string names;
  ASSERT_TRUE(before
                  .ForEachEntity("diseases/", "diseases/a",
                                 [&](absl::string_view name, absl::string_view) {
                                   absl::StrAppend(&names, name, " ");
                                   return true;
                                 })
                  .ok());
  EXPECT_EQ(names, "diseases/b ");
  EXPECT_EQ(base.kb().Latest().pack()->label(), "pack@2.0.0");
}

class FailingDiskTest : public ::testing::Test {
 protected:
  void Open() {
    kb_.reset();
    storage::StoreOptions options;
    options.path = folder_.Join("store");
    options.create_if_missing = true;
    auto store = storage::OpenStoreOnEnv(options, disk_.env.get());
    ASSERT_TRUE(store.ok()) << store.status();
    auto kb = KnowledgeBase::OpenOnStore({}, *std::move(store));
    ASSERT_TRUE(kb.ok()) << kb.status();
    kb_ = *std::move(kb);
  }
  absl::Status Create(const char* id, const char* request_id = "") {
    return kb_
        ->Commit({ParseMutation(Disease("create", id))}, {},
                 {.actor = "ada", .request_id = request_id})
        .status();
  }

  testing::TemporaryFolder folder_;
  storage::FaultyDisk disk_;
  std::unique_ptr<KnowledgeBase> kb_;
};

TEST_F(FailingDiskTest, AFailedFlushShowsNothingAndRefusesWritesUntilReopened) {
  Open();
  ASSERT_TRUE(Create("a").ok());
  disk_.files->Set(storage::Fault::kSyncError, storage::FaultyFiles::kLogs);
  for (const char* id : {"b", "c"}) {
    absl::Status status = Create(id, "request");
    EXPECT_EQ(Describe(status).substr(0, 28), "UNAVAILABLE WRITES_REFUSED: ") << status;
    EXPECT_EQ(kb_->Latest().revision().number(), 1u);
    EXPECT_FALSE(kb_->Latest().EntityBytes("diseases/b")->has_value());
  }
  EXPECT_EQ(kb_->Latest().model().size(), 2u);
  // What rests on published revisions alone is answered all the same.
  EXPECT_EQ(Create("a").code(), absl::StatusCode::kAlreadyExists);
  disk_.files->Clear();
  Open();
  // The outcome was unknown; sent again with its request id, it is applied once.
  ASSERT_TRUE(Create("b", "request").ok());
  EXPECT_EQ(kb_->Latest().model().size(), 4u);
  EXPECT_EQ(kb_->Latest().revision().number(), 2u);
  EXPECT_TRUE(kb_->Latest().EntityBytes("diseases/b")->has_value());
}

}  // namespace
}  // namespace cartograph::kb
