// The database below a store: its families and options, a scan's bounds, and what a batch holds.

#include "storage/database.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/write_batch.h"
#include "storage/batch.h"
#include "storage/key_codec.h"
#include "storage/scan.h"
#include "tests/storage/store_testing.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::storage {
namespace {

using base::Revision;

class DatabaseTest : public ::testing::Test {
 protected:
  void Put(const std::string& key) {
    ASSERT_TRUE(database_->db()
                    .Put(rocksdb::WriteOptions(), database_->family(Family::kEntities), key, "v")
                    .ok());
  }
  std::string Keys(Scan* scan) {
    std::string keys;
    for (; scan->Valid(); scan->Next()) keys += std::string(scan->key()) + " ";
    return scan->status().ok() ? keys : Code(scan->status());
  }

  testing::TemporaryFolder folder_;
  StoreOptions options_ = OptionsFor(folder_.path());
  std::shared_ptr<const Database> database_ =
      *Database::Open(options_, rocksdb::Env::Default(), *DirectoryLock::Acquire(folder_.path()));
};

TEST_F(DatabaseTest, HasEveryFamilyByName) {
  for (size_t i = 0; i < kFamilies; ++i) {
    EXPECT_EQ(database_->family(static_cast<Family>(i))->GetName(), kFamilyNames[i]);
  }
  EXPECT_EQ(std::set<std::string>(kFamilyNames.begin(), kFamilyNames.end()).size(), kFamilies);
}

TEST_F(DatabaseTest, KeepsItsBounds) {
  rocksdb::DBOptions options = database_->db().GetDBOptions();
  EXPECT_EQ(options.max_open_files, options_.open_files_max);
  EXPECT_EQ(options.db_write_buffer_size, options_.write_buffer_bytes);
  EXPECT_TRUE(options.paranoid_checks && options.atomic_flush && options.manual_wal_flush);
}

TEST_F(DatabaseTest, AScanStaysWithinItsPrefix) {
  for (const char* key : {"a", "b", "b/1", "b/2", "b\xff", "c", "\xff", "\xff\xff"}) Put(key);
  const Database& database = *database_;
  Scan all(database, nullptr, Family::kEntities, "");
  EXPECT_EQ(Keys(&all), "a b b/1 b/2 b\xff c \xff \xff\xff ");
  Scan prefix(database, nullptr, Family::kEntities, "b/");
  EXPECT_EQ(Keys(&prefix), "b/1 b/2 ");
  Scan last(database, nullptr, Family::kEntities, "\xff");
  EXPECT_EQ(Keys(&last), "\xff \xff\xff ");
  Scan none(database, nullptr, Family::kEntities, "d");
  EXPECT_EQ(Keys(&none), "");
  Scan from(database, nullptr, Family::kEntities, "b");
  from.Seek("b/15");
  EXPECT_EQ(Keys(&from), "b/2 b\xff ");
}

TEST_F(DatabaseTest, AScanSeesItsSnapshotOnly) {
  Put("a");
  const rocksdb::Snapshot* snapshot = database_->db().GetSnapshot();
  Put("b");
  {
    Scan scan(*database_, snapshot, Family::kEntities, "");
    EXPECT_EQ(Keys(&scan), "a ");
  }
  database_->db().ReleaseSnapshot(snapshot);
}

TEST_F(DatabaseTest, ABatchCarriesTheWholeWriteSet) {
  WriteSet writes;
  writes.entities = {{"a", "1"}, {"b", std::nullopt}};             // 2 at head, 2 in the history
  writes.references_removed = {{"t", "a", "f"}};                   // 1
  writes.references_added = {{"u", "a", "f"}, {"u", "b", "f"}};    // 2
  writes.request_id = "r";                                         // 2
  writes.rule_packs = {{"p", "text"}};                             // 1
  writes.active_rule_packs = std::vector<RulePackRef>{{"p", {}}};  // 1
  writes.texts = {{std::string(32, 's'), "t"}};                    // 1
  writes.meta = {{"m", "1"}, {"n", std::nullopt}};                 // 2
  rocksdb::WriteBatch batch;
  Head head{.revision = Revision(7), .durable = Revision(6)};
  ASSERT_TRUE(FillBatch(writes, head, *database_, &batch).ok());
  EXPECT_EQ(batch.Count(), 14u + 2u);  // with the head and the change
  batch.Clear();
  ASSERT_TRUE(FillBatch(WriteSet(), head, *database_, &batch).ok());
  EXPECT_EQ(batch.Count(), 2u);
}

TEST_F(DatabaseTest, ForgettingARequestThatNeverWasDoesNothing) {
  rocksdb::WriteBatch batch;
  EXPECT_TRUE(ForgetRequest(Revision(3), *database_, &batch).ok());
  EXPECT_EQ(batch.Count(), 0u);
}

}  // namespace
}  // namespace cartograph::storage
