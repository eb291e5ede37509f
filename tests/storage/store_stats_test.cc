#include <string>

#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/storage/store_testing.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::storage {
namespace {

using base::Revision;

TEST(StoreStatsTest, CountsRevisionsFlushesAndBytes) {
  testing::TemporaryFolder folder;
  StoreOptions options = OptionsFor(folder.Join("store"));
  auto store = OpenOrDie(options);
  CommitOrDie(store.get(), Entities({{"a", std::string(1000, 'x')}, {"b", "2"}}));
  ASSERT_TRUE(store->Append(Entities({{"c", "3"}})).ok());
  StoreStats stats = *store->Stats();
  EXPECT_EQ(stats.appended, Revision(2));
  EXPECT_EQ(stats.durable, Revision(1));
  EXPECT_EQ(stats.visible, Revision(1));
  EXPECT_EQ(stats.flushes, 1u);
  EXPECT_GT(stats.wal_bytes, 1000u);
  EXPECT_GT(stats.memtable_bytes, 1000u);
  ASSERT_EQ(stats.families.size(), 8u);
  EXPECT_EQ(stats.families[1].name, "entities");
  EXPECT_EQ(stats.families[1].keys_estimate, 3u);

  ASSERT_TRUE(store->Flush().ok());
  store.reset();
  stats = *OpenOrDie(options)->Stats();  // the log is in tables now
  EXPECT_EQ(stats.visible, Revision(2));
  EXPECT_GT(stats.table_bytes, 1000u);
  EXPECT_GT(stats.families[1].table_bytes, 0u);
}

}  // namespace
}  // namespace cartograph::storage
