// Whether the disk still has the room that the database needs beside the log. For storage/*.cc
// only.

#pragma once

#include <string>

#include "absl/status/status.h"
#include "storage/options.h"

namespace rocksdb {
class Env;
}

namespace cartograph::storage {

// UNAVAILABLE when less than options.disk_reserve_bytes are free: writes stop while tables can
// still be written, and go on by themselves as soon as there is room. About a microsecond.
absl::Status CheckDiskSpace(const StoreOptions& options, rocksdb::Env* env);

}  // namespace cartograph::storage
