// What the tests of the store share: opening one, writing one revision, saying it in one line.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/store.h"

namespace cartograph::storage {

StoreOptions OptionsFor(const std::string& path);

// Opens or creates; the test fails and the process ends when that is refused.
std::unique_ptr<Store> OpenOrDie(const StoreOptions& options);

// A write set of entities: {{"d/a", "1"}, {"d/b", nullopt}}.
WriteSet Entities(std::vector<EntityWrite> entities);

// Append, WaitDurable, Publish.
absl::StatusOr<base::Revision> Commit(Store* store, const WriteSet& writes);
base::Revision CommitOrDie(Store* store, const WriteSet& writes);

// "d/a=1 d/b=2": the entities of a snapshot, at head or as of a revision; or the status.
std::string Dump(const StoreSnapshot& snapshot, std::optional<base::Revision> as_of = {},
                 const std::string& prefix = "");

// "DATA_LOSS", "OK", …
std::string Code(const absl::Status& status);

}  // namespace cartograph::storage
