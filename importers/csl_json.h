// CSL-JSON: the items of the Citation Style Language, as Zotero, Pandoc and Manubot exchange them.

#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "importers/json_records.h"
#include "importers/record.h"
#include "importers/source_draft.h"

namespace cartograph::importers {

// Reads one item.
absl::StatusOr<Draft> ParseCslJson(absl::string_view record);

// The kind that a type of CSL or of Crossref names.
v1::SourceKind KindOfType(absl::string_view type);

// Adds names as CSL and Crossref have them: [{"family": …, "given": …}, {"literal": …}].
void AddAuthors(const Json& authors, SourceDraft* draft);

// "2016-5-9" of {"date-parts": [[2016, 5, 9]]}; what stands in "raw" or "literal" else.
std::string DateOf(const Json& date);

}  // namespace cartograph::importers
