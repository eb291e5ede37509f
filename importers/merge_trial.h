// What a trial is after one more snapshot of its registry.

#pragma once

#include "absl/status/statusor.h"
#include "cartograph/v1/entity.pb.h"

namespace cartograph::importers {

// Makes `trial` what `said` has, a trial with one state, that of its snapshot. The state is added
// when it differs from the last. False, and no change, when that snapshot was read before.
// FAILED_PRECONDITION when a newer one was: what was between is not known then.
absl::StatusOr<bool> MergeTrial(const v1::Trial& said, v1::Trial* trial);

}  // namespace cartograph::importers
