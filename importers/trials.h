// Registered trials: snapshots of a registry as a table, and ClinicalTrials.gov's API.

#pragma once

#include <istream>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "importers/formats.h"
#include "importers/record.h"

namespace cartograph::importers {

// A table with the columns NCTId, BriefTitle, OverallStatus, Phase, Conditions, Interventions,
// StartDate, EnrollmentCount, LeadSponsor, TargetCategory and SnapshotDate; lists in a cell have
// `|` between their elements. Only the first and the third must be there, and SnapshotDate or
// `options.release`: the day of the snapshot.
std::unique_ptr<RecordReader> OpenTrialsCsv(std::istream* in, const ReadOptions& options);

// Studies as the API, version 2, gives them. The day of the snapshot is `options.release`, or that
// of the record's own versionHolder.
std::unique_ptr<RecordReader> OpenCtgovJson(std::istream* in, const ReadOptions& options);

bool LooksLikeTrialsCsv(absl::string_view head);

}  // namespace cartograph::importers
