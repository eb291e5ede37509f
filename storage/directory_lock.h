// DirectoryLock: one process at a time may have a store's folder open.

#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace cartograph::storage {

// Holds an flock on the file `lock` in the folder, with our process id in it. The kernel drops it
// when the process ends, however it ends. A second opener in the same process is refused too.
class DirectoryLock {
 public:
  // FAILED_PRECONDITION names the holder's process id; PERMISSION_DENIED, UNAVAILABLE.
  static absl::StatusOr<std::unique_ptr<DirectoryLock>> Acquire(const std::string& folder);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}

  const int fd_;
};

}  // namespace cartograph::storage
