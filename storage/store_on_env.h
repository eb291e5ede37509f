// Opening a store on another file system than the machine's: how tests make a disk fail.

#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "storage/options.h"
#include "storage/store.h"

namespace rocksdb {
class Env;
}

namespace cartograph::storage {

// Store::Open with the database's files on `env`. The folder, its lock and the durable mark stay on
// the machine's own file system. REQUIRES: `env` outlives the store and its snapshots.
absl::StatusOr<std::unique_ptr<Store>> OpenStoreOnEnv(const StoreOptions& options,
                                                      rocksdb::Env* env);

}  // namespace cartograph::storage
