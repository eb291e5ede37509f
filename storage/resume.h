// Taking up work again in an open database after its disk failed. For storage/*.cc only.

#pragma once

#include "absl/status/status.h"
#include "storage/database.h"

namespace cartograph::storage {

// Writes all that is in memory to tables and leaves the failed log behind: after a failed sync what
// the disk has of it cannot be trusted. UNAVAILABLE when the cause persists, or where RocksDB 7.8
// cannot be trusted to come back and the database must be opened anew:
//   - a table could not be written: with atomic flushes, the wait for the next one may never end
//     (facebook/rocksdb pull request 11872);
//   - the log failed while it was still empty: it is kept, and the next append to it aborts.
// REQUIRES: nobody writes meanwhile.
absl::Status ResumeWork(const Database& database);

}  // namespace cartograph::storage
