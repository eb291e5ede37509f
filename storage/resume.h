// Taking up work again in an open database after its disk failed. For storage/*.cc only.

#pragma once

#include "absl/status/status.h"
#include "storage/database.h"

namespace cartograph::storage {

// Writes all that is in memory to tables and leaves the failed log behind: after a failed sync what
// the disk has of it cannot be trusted. UNAVAILABLE when the cause persists, or when a table could
// not be written: then the database must be opened anew, for with atomic flushes RocksDB 7.8 may
// wait for the next table for ever (facebook/rocksdb pull request 11872). REQUIRES: nobody writes
// meanwhile.
absl::Status ResumeWork(const Database& database);

}  // namespace cartograph::storage
