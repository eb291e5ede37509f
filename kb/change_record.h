// Change records: what the change log says about a revision, and facts as the protos have them.

#pragma once

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/revision.h"
#include "cartograph/v1/change.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "rules/engine/maintain.h"
#include "rules/facts/model.h"
#include "storage/store_snapshot.h"

namespace cartograph::kb {

inline constexpr size_t kDeltaBytesMax =
    size_t{1} << 20;  // of the delta in one record: whoever needs more derives it again

google::protobuf::Timestamp ToTimestamp(absl::Time time);

// Puts the counts of `delta` into `record`, and its facts if they take at most `bytes_max`. `model`
// gives them their meaning. Facts stand by relation, in the order of the delta. REQUIRES: `record`
// has no delta yet.
void RecordDelta(const rules::Delta& delta, const rules::Model& model, size_t bytes_max,
                 v1::ChangeRecord* record);

// As RecordDelta, with that by which `after` differs from `before`, the model of another program
// perhaps. REQUIRES: values mean the same in both.
void RecordDifference(const rules::Model& before, const rules::Model& after, size_t bytes_max,
                      v1::ChangeRecord* record);

// When `revision` was committed, as the change log of `store` says; for revision 0, before all
// time.
absl::StatusOr<absl::Time> CommitTime(const storage::StoreSnapshot& store, base::Revision revision);

// The record that `bytes` hold. DATA_LOSS when they do not decode.
absl::StatusOr<v1::ChangeRecord> ParseChangeRecord(absl::string_view bytes);

}  // namespace cartograph::kb
