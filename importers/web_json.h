// JSON of the services that know documents: Semantic Scholar's graph, and Crossref.

#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "importers/record.h"

namespace cartograph::importers {

// A paper of Semantic Scholar's Academic Graph.
absl::StatusOr<Draft> ParseSemanticScholar(absl::string_view record);

// A work of Crossref's REST API, by itself or in the "message" of an answer.
absl::StatusOr<Draft> ParseCrossref(absl::string_view record);

}  // namespace cartograph::importers
