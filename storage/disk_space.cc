#include "storage/disk_space.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "rocksdb/env.h"
#include "storage/database.h"

namespace cartograph::storage {

absl::Status CheckDiskSpace(const StoreOptions& options, rocksdb::Env* env) {
  uint64_t free_bytes = 0;
  rocksdb::Status status = env->GetFreeSpace(DatabaseFolder(options.path), &free_bytes);
  if (!status.ok() || free_bytes >= options.disk_reserve_bytes) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(
      "the store refuses writes: ", free_bytes >> 20, " MiB are free for ", options.path,
      "; disk_reserve_bytes keeps ", options.disk_reserve_bytes >> 20, " MiB"));
}

}  // namespace cartograph::storage
