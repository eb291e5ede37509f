#include "tests/storage/store_testing.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"

namespace cartograph::storage {

StoreOptions OptionsFor(const std::string& path) {
  StoreOptions options;
  options.path = path;
  options.create_if_missing = true;
  options.block_cache_bytes = 1 << 20;
  options.write_buffer_bytes = 256 << 10;
  options.disk_reserve_bytes = 1 << 20;
  return options;
}

std::unique_ptr<Store> OpenOrDie(const StoreOptions& options) {
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(options);
  if (!store.ok()) fprintf(stderr, "%s\n", store.status().ToString().c_str());
  CHECK(store.ok());
  return *std::move(store);
}

WriteSet Entities(std::vector<EntityWrite> entities) {
  WriteSet writes;
  writes.entities = std::move(entities);
  return writes;
}

absl::StatusOr<base::Revision> Commit(Store* store, const WriteSet& writes) {
  ASSIGN_OR_RETURN(base::Revision revision, store->Append(writes));
  RETURN_IF_ERROR(store->WaitDurable(revision));
  store->Publish(revision);
  return revision;
}

base::Revision CommitOrDie(Store* store, const WriteSet& writes) {
  absl::StatusOr<base::Revision> revision = Commit(store, writes);
  if (!revision.ok()) fprintf(stderr, "%s\n", revision.status().ToString().c_str());
  CHECK(revision.ok());
  return *revision;
}

std::string Dump(const StoreSnapshot& snapshot, std::optional<base::Revision> as_of,
                 const std::string& prefix) {
  std::string dump;
  EntityRange range{.prefix = prefix, .start_after = "", .as_of = as_of};
  absl::Status status =
      snapshot.VisitEntities(range, [&](absl::string_view name, absl::string_view bytes) {
        absl::StrAppend(&dump, dump.empty() ? "" : " ", name, "=", bytes);
        return true;
      });
  return status.ok() ? dump : Code(status);
}

std::string Code(const absl::Status& status) { return absl::StatusCodeToString(status.code()); }

}  // namespace cartograph::storage
