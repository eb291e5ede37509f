// Who may open what. Damage is in recovery_test.cc and damaged_table_test.cc.

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "storage/durable_mark.h"
#include "storage/store.h"
#include "tests/storage/store_testing.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::storage {
namespace {

namespace fs = std::filesystem;

class StoreOpenTest : public ::testing::Test {
 protected:
  absl::Status Open() { return Store::Open(options_).status(); }

  testing::TemporaryFolder folder_;
  StoreOptions options_ = OptionsFor(folder_.Join("store"));
};

TEST_F(StoreOpenTest, NoFolder) {
  options_.create_if_missing = false;
  absl::Status status = Open();
  EXPECT_EQ(status.ToString(), absl::StrCat("NOT_FOUND: there is no store in ", options_.path));
  EXPECT_FALSE(fs::exists(options_.path));
}

TEST_F(StoreOpenTest, NoParentFolder) {
  options_.path = folder_.Join("no/such");
  EXPECT_EQ(Code(Open()), "NOT_FOUND");
}

TEST_F(StoreOpenTest, AnEmptyFolderIsNoStoreAndStaysEmpty) {
  fs::create_directory(options_.path);
  options_.create_if_missing = false;
  EXPECT_EQ(Code(Open()), "NOT_FOUND");
  EXPECT_TRUE(fs::is_empty(options_.path));
  EXPECT_EQ(Code(Store::Repair(options_, true).status()), "NOT_FOUND");
  options_.create_if_missing = true;
  EXPECT_TRUE(Open().ok());
}

TEST_F(StoreOpenTest, AFileIsNoFolder) {
  std::ofstream(options_.path) << "x";
  EXPECT_EQ(Open().ToString(),
            absl::StrCat("FAILED_PRECONDITION: ", options_.path, " is not a folder"));
  options_.path += "/below";
  EXPECT_EQ(Code(Open()), "FAILED_PRECONDITION");
}

TEST_F(StoreOpenTest, AFolderThatCannotBeWritten) {
  options_.path = "/proc";  // root cannot write there either
  EXPECT_EQ(Code(Open()), "NOT_FOUND");
}

TEST_F(StoreOpenTest, OneOpenerAtATime) {
  auto store = OpenOrDie(options_);
  absl::Status status = Open();
  EXPECT_EQ(Code(status), "FAILED_PRECONDITION");
  EXPECT_TRUE(absl::StrContains(status.message(),
                                absl::StrCat(options_.path, " is in use by process ", getpid())))
      << status;
  EXPECT_EQ(Code(Store::Repair(options_, false).status()), "FAILED_PRECONDITION");
  CommitOrDie(store.get(), Entities({{"a", "1"}}));  // the first is none the worse
  store.reset();
  EXPECT_TRUE(Open().ok());
}

// Creation stopped after any of its steps is taken up again.
TEST_F(StoreOpenTest, CreationCutShortIsTakenUpAgain) {
  fs::create_directory(options_.path);
  ASSERT_TRUE(DurableMark::Create(options_.path + "/durable").ok());
  options_.create_if_missing = false;
  auto store = OpenOrDie(options_);
  CommitOrDie(store.get(), Entities({{"a", "1"}}));
  store.reset();
  EXPECT_EQ(Dump(*OpenOrDie(options_)->Latest()), "a=1");
}

TEST_F(StoreOpenTest, OpeningManyTimesChangesNothing) {
  CommitOrDie(OpenOrDie(options_).get(), Entities({{"a", "1"}}));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Dump(*OpenOrDie(options_)->Latest()), "a=1");
}

}  // namespace
}  // namespace cartograph::storage
