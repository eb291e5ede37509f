#include "storage/durable_mark.h"

#include <fstream>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::storage {
namespace {

using base::Revision;

void Overwrite(const std::string& path, std::streamoff offset, const std::string& bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(offset);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

class DurableMarkTest : public ::testing::Test {
 protected:
  Revision Reopened() const { return (*DurableMark::Open(path_))->revision(); }

  testing::TemporaryFolder folder_;
  std::string path_ = folder_.Join("durable");
};

TEST_F(DurableMarkTest, SaysTheLastMark) {
  auto mark = *DurableMark::Create(path_);
  EXPECT_EQ(Reopened(), Revision(0));
  for (uint64_t r : {1U, 2U, 3U, 70'000U}) {
    ASSERT_TRUE(mark->Raise(Revision(r)).ok());
    EXPECT_EQ(mark->revision(), Revision(r));
    EXPECT_EQ(Reopened(), Revision(r));
  }
}

TEST_F(DurableMarkTest, ResetMayLower) {
  auto mark = *DurableMark::Create(path_);
  ASSERT_TRUE(mark->Raise(Revision(9)).ok());
  ASSERT_TRUE(mark->Reset(Revision(4)).ok());
  EXPECT_EQ(Reopened(), Revision(4));
}

// Whichever slot a torn write hits, the other one stands, and a reopened mark never overwrites the
// better of the two.
TEST_F(DurableMarkTest, ATornWriteLeavesTheOlderMark) {
  auto mark = *DurableMark::Create(path_);
  ASSERT_TRUE(mark->Raise(Revision(5)).ok());  // slot 0
  ASSERT_TRUE(mark->Raise(Revision(6)).ok());  // slot 1
  Overwrite(path_, 512 + 3, "torn");
  EXPECT_EQ(Reopened(), Revision(5));
  auto reopened = *DurableMark::Open(path_);
  ASSERT_TRUE(reopened->Raise(Revision(7)).ok());
  Overwrite(path_, 512 + 3, "torn");
  EXPECT_EQ(Reopened(), Revision(5));
}

TEST_F(DurableMarkTest, NeitherSlotIsDataLoss) {
  ASSERT_TRUE(DurableMark::Create(path_).ok());
  Overwrite(path_, 0, "damage");
  EXPECT_EQ(Reopened(), Revision(0));
  Overwrite(path_, 512, "damage");
  absl::Status status = DurableMark::Open(path_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(status.message(), path_ + " holds no valid mark");
}

TEST_F(DurableMarkTest, NoFileIsNotFound) {
  EXPECT_EQ(DurableMark::Open(path_).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace cartograph::storage
