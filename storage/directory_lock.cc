#include "storage/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "absl/base/attributes.h"
#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "storage/posix_files.h"

namespace cartograph::storage {
namespace {

std::string HolderOf(int fd) {
  char text[32];
  ssize_t size = pread(fd, text, sizeof(text), 0);
  if (size <= 0) return "another process";
  absl::string_view pid(text, static_cast<size_t>(size));
  return absl::StrCat("process ", absl::StripAsciiWhitespace(pid));
}

absl::Status Lock(int fd, const std::string& folder) {
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  if (errno != EWOULDBLOCK) return FromErrno(errno, absl::StrCat("cannot lock ", folder));
  return absl::FailedPreconditionError(
      absl::StrCat(folder, " is in use by ", HolderOf(fd), ": stop it or choose another folder"));
}

// Only for people who meet the lock; a full disk must not keep the store from being read.
void WriteHolder(int fd) {
  std::string text = absl::StrCat(getpid(), "\n");
  if (ftruncate(fd, 0) != 0) return;
  ABSL_ATTRIBUTE_UNUSED ssize_t written = pwrite(fd, text.data(), text.size(), 0);
}

}  // namespace

absl::StatusOr<std::unique_ptr<DirectoryLock>> DirectoryLock::Acquire(const std::string& folder) {
  std::string path = absl::StrCat(folder, "/lock");
  int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return FromErrno(errno, absl::StrCat("cannot write in ", folder));
  auto lock = absl::WrapUnique(new DirectoryLock(fd));
  RETURN_IF_ERROR(Lock(fd, folder));
  WriteHolder(fd);
  return lock;
}

DirectoryLock::~DirectoryLock() { close(fd_); }

}  // namespace cartograph::storage
