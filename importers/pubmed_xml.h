// PubMed XML: articles and books as NLM's DTDs of the years 2001 to today have them.

#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "importers/record.h"

namespace cartograph::importers {

// Reads one PubmedArticle or PubmedBookArticle.
absl::StatusOr<Draft> ParsePubmedXml(absl::string_view record);

}  // namespace cartograph::importers
