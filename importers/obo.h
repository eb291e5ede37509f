// OBO: ontologies in OBO flat file format 1.2 and 1.4.

#pragma once

#include <istream>
#include <memory>

#include "importers/formats.h"
#include "importers/record.h"

namespace cartograph::importers {

// Reads the terms. The hierarchy is named after the ontology and the date in its data-version
// ("doid@2026-07-31"), or `options.release` where it has none. An obsolete term is rejected. Other
// stanzas are passed over.
std::unique_ptr<RecordReader> OpenObo(std::istream* in, const ReadOptions& options);

bool LooksLikeObo(absl::string_view head);

}  // namespace cartograph::importers
