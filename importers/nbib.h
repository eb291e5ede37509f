// nbib: MEDLINE's tagged display, as PubMed exports it.

#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cartograph/v1/entity.pb.h"
#include "importers/record.h"
#include "importers/source_draft.h"

namespace cartograph::importers {

// Reads one record.
absl::StatusOr<Draft> ParseNbib(absl::string_view record);

// The kind of a document by its publication types ("Review", "Journal Article"): the most telling
// of those that were added counts. A type can also say that the document is retracted.
void AddPublicationType(absl::string_view type, SourceDraft* draft);

}  // namespace cartograph::importers
