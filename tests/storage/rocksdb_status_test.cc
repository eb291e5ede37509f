#include "storage/rocksdb_status.h"

#include <vector>

#include "gtest/gtest.h"
#include "rocksdb/status.h"
#include "tests/storage/store_testing.h"

namespace cartograph::storage {
namespace {

using Foreign = rocksdb::Status;

TEST(RocksdbStatusTest, EveryKindHasItsCode) {
  struct Case {
    Foreign status;
    std::string code;
  };
  for (const Case& c : std::vector<Case>{{Foreign::OK(), "OK"},
                                         {Foreign::NotFound(), "NOT_FOUND"},
                                         {Foreign::Corruption("c"), "DATA_LOSS"},
                                         {Foreign::PathNotFound("a table"), "DATA_LOSS"},
                                         {Foreign::IOError("e"), "UNAVAILABLE"},
                                         {Foreign::NoSpace(), "UNAVAILABLE"},
                                         {Foreign::Busy(), "UNAVAILABLE"},
                                         {Foreign::ShutdownInProgress(), "UNAVAILABLE"},
                                         {Foreign::InvalidArgument("i"), "INTERNAL"},
                                         {Foreign::NotSupported("n"), "INTERNAL"}}) {
    EXPECT_EQ(Code(FromRocksDb(c.status, "x")), c.code) << c.status.ToString();
  }
}

TEST(RocksdbStatusTest, SaysWhatWasDoneAndWhy) {
  EXPECT_EQ(
      FromRocksDb(Foreign::Corruption("bad block", "000007.sst"), "cannot read d/sle").message(),
      "cannot read d/sle: Corruption: bad block: 000007.sst");
}

}  // namespace
}  // namespace cartograph::storage
