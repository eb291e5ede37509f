#include "importers/merge_trial.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "importers/partial_date.h"

namespace cartograph::importers {

absl::StatusOr<bool> MergeTrial(const v1::Trial& said, v1::Trial* trial) {
  const std::string newest = DateText(trial->snapshot());
  const std::string snapshot = DateText(said.snapshot());
  if (trial->has_snapshot() && snapshot < newest) {
    return absl::FailedPreconditionError(
        absl::StrCat("its snapshot of ", snapshot, " is older than that of ", newest,
                     ", which was read before: snapshots go in order of time"));
  }
  if (trial->has_snapshot() && snapshot == newest) {
    return false;
  }
  google::protobuf::RepeatedPtrField<v1::TrialState> states = std::move(*trial->mutable_states());
  for (const v1::TrialState& state : said.states()) {
    const bool changed = states.empty() || state.status() != states.rbegin()->status() ||
                         state.target() != states.rbegin()->target();
    if (changed) {
      *states.Add() = state;
    }
  }
  *trial = said;
  *trial->mutable_states() = std::move(states);
  return true;
}

}  // namespace cartograph::importers
