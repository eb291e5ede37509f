// Recovery: before RocksDB replays its log and cuts it at the first damage, is the damage behind
// everything that was acknowledged? For storage/*.cc only.
//
// The log is replayed read-only beforehand, for the family of `head` alone:
//   recovered := the head that replay up to the first damage brings
//   witnessed := the durable revision named by the newest head anywhere in the log
//   durable   := the greater of the durable mark and witnessed
// recovered ≥ durable: what is cut was never acknowledged. recovered < durable: acknowledged
// revisions are gone, and the store must not open. Why both witnesses: docs/storage_format.md.

#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/revision.h"
#include "storage/options.h"

namespace rocksdb {
class Env;
}

namespace cartograph::storage {

struct RecoveryPlan {
  bool exists = false;       // false: nothing on the disk yet
  base::Revision durable;    // what was acknowledged, as far as anything tells
  base::Revision recovered;  // what opening will bring
  bool torn = false;         // the log's end is damaged or cut
  std::string damage;        // not empty: opening would lose what was acknowledged; what, in words
};

// Looks at the store in options.path and changes nothing. DATA_LOSS when the database below cannot
// be read at all; FAILED_PRECONDITION for a newer format; NOT_FOUND without a store there.
// REQUIRES: the folder is locked.
absl::StatusOr<RecoveryPlan> PlanRecovery(const StoreOptions& options, rocksdb::Env* env);

// The Status for a plan with damage.
absl::Status DamageError(const StoreOptions& options, const RecoveryPlan& plan);

// `status`, with what to do when it says DATA_LOSS.
absl::Status WithAdvice(const absl::Status& status);

// Whether a store, or the beginning of one, stands in the folder.
bool StoreExists(const StoreOptions& options, rocksdb::Env* env);

}  // namespace cartograph::storage
