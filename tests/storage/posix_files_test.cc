#include "storage/posix_files.h"

#include <cerrno>
#include <vector>

#include "gtest/gtest.h"
#include "tests/storage/store_testing.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::storage {
namespace {

TEST(PosixFilesTest, EveryErrnoHasItsCode) {
  struct Case {
    int error;
    std::string code;
  };
  for (const Case& c : std::vector<Case>{{ENOENT, "NOT_FOUND"},
                                         {EACCES, "PERMISSION_DENIED"},
                                         {EROFS, "PERMISSION_DENIED"},
                                         {ENOTDIR, "FAILED_PRECONDITION"},
                                         {ENOSPC, "UNAVAILABLE"},
                                         {EIO, "UNAVAILABLE"},
                                         {EMFILE, "UNAVAILABLE"}}) {
    EXPECT_EQ(Code(FromErrno(c.error, "x")), c.code) << c.error;
  }
  EXPECT_EQ(FromErrno(ENOSPC, "cannot write /d/f").message(),
            "cannot write /d/f: No space left on device");
}

TEST(PosixFilesTest, SyncFolder) {
  testing::TemporaryFolder folder;
  EXPECT_TRUE(SyncFolder(folder.path()).ok());
  EXPECT_EQ(Code(SyncFolder(folder.Join("none"))), "NOT_FOUND");
}

}  // namespace
}  // namespace cartograph::storage
