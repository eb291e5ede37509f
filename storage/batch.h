// From a WriteSet to the one RocksDB batch that carries it. For storage/*.cc only.

#pragma once

#include "absl/status/status.h"
#include "storage/database.h"
#include "storage/format.h"
#include "storage/write_set.h"

namespace rocksdb {
class WriteBatch;
}

namespace cartograph::storage {

// Everything that revision head.revision changes, and `head` itself. RESOURCE_EXHAUSTED when
// RocksDB cannot hold so much in one batch (4 GiB).
absl::Status FillBatch(const WriteSet& writes, const Head& head, const Database& database,
                       rocksdb::WriteBatch* batch);

// Forgets the request id that `revision` wrote, if it wrote one.
absl::Status ForgetRequest(base::Revision revision, const Database& database,
                           rocksdb::WriteBatch* batch);

}  // namespace cartograph::storage
