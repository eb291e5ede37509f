// What a StoreSnapshot holds. For storage/*.cc only.

#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/revision.h"
#include "storage/column_families.h"
#include "storage/database.h"
#include "storage/pinned_bytes.h"
#include "storage/scan.h"
#include "storage/store_snapshot.h"

namespace rocksdb {
class Snapshot;
struct ReadOptions;
}  // namespace rocksdb

namespace cartograph::storage {

class StoreSnapshot::Impl {
 public:
  // Pins what the database holds now, which must be exactly the revisions up to `revision`: the
  // caller has just written that one, and holds the writers back.
  Impl(std::shared_ptr<const Database> database, base::Revision revision);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  base::Revision revision() const { return revision_; }
  const std::shared_ptr<const Database>& database() const { return database_; }
  rocksdb::ReadOptions read_options() const;

  // The value of a key; NOT_FOUND says "`what` does not exist".
  absl::StatusOr<PinnedBytes> Get(Family family, absl::string_view key,
                                  absl::string_view what) const;
  Scan NewScan(Family family, absl::string_view prefix) const {
    return Scan(*database_, snapshot_, family, prefix);
  }
  // OUT_OF_RANGE for a revision that this snapshot does not reach.
  absl::Status CheckReached(base::Revision revision) const;

 private:
  const std::shared_ptr<const Database> database_;
  const rocksdb::Snapshot* const snapshot_;
  const base::Revision revision_;
};

// A snapshot of what `database` holds now.
std::shared_ptr<const StoreSnapshot> TakeSnapshot(const std::shared_ptr<const Database>& database,
                                                  base::Revision revision);

// Bytes of our own in the form of pinned ones.
PinnedBytes PinCopy(absl::string_view bytes);

}  // namespace cartograph::storage
