// Lists of retracted documents.

#pragma once

#include <istream>
#include <memory>

#include "absl/strings/string_view.h"
#include "importers/formats.h"
#include "importers/record.h"

namespace cartograph::importers {

// A PMID or a DOI a line; a line that begins with "#" is a remark. Gives the standing "retracted"
// to the sources that are known; of others nothing is made.
std::unique_ptr<RecordReader> OpenRetractions(std::istream* in, const ReadOptions& options);

// Whether every line of `head` is a PMID, a DOI or a remark, and one is no remark.
bool LooksLikeRetractions(absl::string_view head);

}  // namespace cartograph::importers
