// The one place where a rocksdb::Status becomes an absl::Status.

#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace rocksdb {
class Status;
}

namespace cartograph::storage {

// What a failure of RocksDB means here; `what` names the thing that was read or done.
//   OK → OK · NotFound → NOT_FOUND · damaged or missing files → DATA_LOSS
//   no space, I/O errors, refused writes → UNAVAILABLE · misuse of RocksDB → INTERNAL
absl::Status FromRocksDb(const rocksdb::Status& status, absl::string_view what);

}  // namespace cartograph::storage
