#include "storage/store_snapshot.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/storage/store_testing.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::storage {
namespace {

using base::Revision;

class StoreSnapshotTest : public ::testing::Test {
 protected:
  testing::TemporaryFolder folder_;
  StoreOptions options_ = OptionsFor(folder_.Join("store"));
  std::unique_ptr<Store> store_ = OpenOrDie(options_);
};

TEST_F(StoreSnapshotTest, GetGivesTheBytesAsTheyWere) {
  std::string bytes("\x00\xff proto \x00", 9);
  CommitOrDie(store_.get(), Entities({{"a", bytes}, {"empty", ""}}));
  EXPECT_EQ(store_->Latest()->Get("a")->view(), bytes);
  EXPECT_EQ(store_->Latest()->Get("empty")->view(), "");
  absl::Status status = store_->Latest()->Get("d/none").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "d/none does not exist");
}

TEST_F(StoreSnapshotTest, PinnedBytesSurviveAMoveAndTheSnapshot) {
  CommitOrDie(store_.get(), Entities({{"a", "short"}, {"b", std::string(10'000, 'x')}}));
  std::vector<PinnedBytes> pinned;
  for (const char* name : {"a", "b"}) pinned.push_back(*store_->Latest()->Get(name));
  PinnedBytes moved = std::move(pinned[0]);
  pinned[0] = std::move(pinned[1]);
  EXPECT_EQ(moved.view(), "short");
  EXPECT_EQ(pinned[0].view(), std::string(10'000, 'x'));
}

TEST_F(StoreSnapshotTest, MultiGetKeepsTheOrderAndSaysWhatIsMissing) {
  CommitOrDie(store_.get(), Entities({{"a", "1"}, {"b", "2"}, {"c", "3"}}));
  CommitOrDie(store_.get(), Entities({{"b", std::nullopt}}));
  auto found = *store_->Latest()->MultiGet(std::vector<std::string>{"c", "b", "zz", "a", "a"});
  std::vector<std::string> dump;
  for (const auto& bytes : found) {
    dump.push_back(bytes.has_value() ? std::string(bytes->view()) : "-");
  }
  EXPECT_EQ(dump, (std::vector<std::string>{"3", "-", "-", "1", "1"}));
  EXPECT_TRUE(store_->Latest()->MultiGet({})->empty());
}

TEST_F(StoreSnapshotTest, ReferrersOfANameAndOfNoOther) {
  WriteSet writes;
  writes.references_added = {{"d/sle", "e/2", "disease"},
                             {"d/sle", "e/1", "disease"},
                             {"d/sle", "e/1", "context"},
                             {"d/sle2", "e/9", "disease"}};
  CommitOrDie(store_.get(), writes);
  auto page = *store_->Latest()->Referrers("d/sle", 10);
  EXPECT_FALSE(page.more);
  std::string dump;
  for (const Reference& r : page.referrers) absl::StrAppend(&dump, r.from, ".", r.field, " ");
  EXPECT_EQ(dump, "e/1.context e/1.disease e/2.disease ");
  auto cut = *store_->Latest()->Referrers("d/sle", 2);
  EXPECT_TRUE(cut.more);
  EXPECT_EQ(cut.referrers.size(), 2u);
  EXPECT_FALSE(store_->Latest()->Referrers("d/sle", 3)->more);
  WriteSet removal;
  removal.references_removed = {{"d/sle", "e/1", "context"}};
  CommitOrDie(store_.get(), removal);
  EXPECT_EQ(store_->Latest()->Referrers("d/sle", 10)->referrers.size(), 2u);
}

TEST_F(StoreSnapshotTest, AReferenceRemovedAndAddedAgainInOneWriteStays) {
  WriteSet writes;
  writes.references_added = {{"t", "f", "x"}};
  CommitOrDie(store_.get(), writes);
  writes.references_removed = writes.references_added;
  CommitOrDie(store_.get(), writes);
  EXPECT_EQ(store_->Latest()->Referrers("t", 10)->referrers.size(), 1u);
}

TEST_F(StoreSnapshotTest, ChangesInOrderAfterARevision) {
  for (int i = 1; i <= 5; ++i) {
    WriteSet writes;
    writes.change = absl::StrCat("c", i);
    CommitOrDie(store_.get(), writes);
  }
  auto snapshot = store_->Latest();
  auto dump = [&](uint64_t after, size_t limit) {
    std::string text;
    size_t seen = 0;
    absl::Status status = snapshot->VisitChanges(Revision(after), [&](Revision r, auto change) {
      absl::StrAppend(&text, r.number(), ":", change, " ");
      return ++seen < limit;
    });
    return status.ok() ? text : Code(status);
  };
  EXPECT_EQ(dump(0, 99), "1:c1 2:c2 3:c3 4:c4 5:c5 ");
  EXPECT_EQ(dump(3, 99), "4:c4 5:c5 ");
  EXPECT_EQ(dump(5, 99), "");
  EXPECT_EQ(dump(99, 99), "");
  EXPECT_EQ(dump(1, 2), "2:c2 3:c3 ");
  EXPECT_EQ(snapshot->ReadChange(Revision(4))->view(), "c4");
  EXPECT_EQ(snapshot->ReadChange(Revision(6)).status().message(),
            "the change of revision 6 does not exist");
}

TEST_F(StoreSnapshotTest, TextsAndMeta) {
  std::string sha256(32, '\x07');
  WriteSet writes;
  writes.texts = {{sha256, "a document"}};
  writes.meta = {{"schema", "v1"}, {"format", "not the store's own"}};
  CommitOrDie(store_.get(), writes);
  EXPECT_EQ(store_->Latest()->GetText(sha256)->view(), "a document");
  EXPECT_EQ(Code(store_->Latest()->GetText(std::string(32, 'x')).status()), "NOT_FOUND");
  EXPECT_EQ(store_->Latest()->GetMeta("schema")->view(), "v1");
  WriteSet removal;
  removal.meta = {{"schema", std::nullopt}};
  CommitOrDie(store_.get(), removal);
  EXPECT_EQ(Code(store_->Latest()->GetMeta("schema").status()), "NOT_FOUND");
  store_.reset();
  store_ = OpenOrDie(options_);
  EXPECT_EQ(store_->Latest()->GetMeta("format")->view(), "not the store's own");
}

}  // namespace
}  // namespace cartograph::storage
