#include "storage/directory_lock.h"

#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/storage/store_testing.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::storage {
namespace {

TEST(DirectoryLockTest, OneHolderAtATime) {
  testing::TemporaryFolder folder;
  auto lock = DirectoryLock::Acquire(folder.path());
  ASSERT_TRUE(lock.ok()) << lock.status();
  absl::Status second = DirectoryLock::Acquire(folder.path()).status();
  EXPECT_EQ(second.message(), absl::StrCat(folder.path(), " is in use by process ", getpid(),
                                           ": stop it or choose another folder"));
  EXPECT_EQ(Code(second), "FAILED_PRECONDITION");
  lock->reset();
  EXPECT_TRUE(DirectoryLock::Acquire(folder.path()).ok());
}

TEST(DirectoryLockTest, TheKernelDropsTheLockOfADeadProcess) {
  testing::TemporaryFolder folder;
  pid_t child = fork();
  if (child == 0) {
    auto lock = DirectoryLock::Acquire(folder.path());
    _exit(lock.ok() ? 0 : 1);  // no destructor runs
  }
  int result = -1;
  ASSERT_EQ(waitpid(child, &result, 0), child);
  EXPECT_EQ(result, 0);
  EXPECT_TRUE(DirectoryLock::Acquire(folder.path()).ok());
}

TEST(DirectoryLockTest, NoFolder) {
  testing::TemporaryFolder folder;
  EXPECT_EQ(Code(DirectoryLock::Acquire(folder.Join("none")).status()), "NOT_FOUND");
}

}  // namespace
}  // namespace cartograph::storage
