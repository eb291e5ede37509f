// What the store does to files without RocksDB, and the one place where an errno becomes a Status.

#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cartograph::storage {

// `what` names the file and what was tried.
//   ENOENT → NOT_FOUND · EACCES, EPERM, EROFS → PERMISSION_DENIED · ENOTDIR → FAILED_PRECONDITION
//   all else (ENOSPC, EIO, EMFILE, …) → UNAVAILABLE
absl::Status FromErrno(int error, absl::string_view what);

// Makes the entries of a folder durable: files that were created in it.
absl::Status SyncFolder(const std::string& folder);

}  // namespace cartograph::storage
