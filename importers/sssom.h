// SSSOM: mappings between terms of vocabularies, as a table.

#pragma once

#include <istream>
#include <memory>

#include "absl/strings/string_view.h"
#include "importers/formats.h"
#include "importers/record.h"

namespace cartograph::importers {

// Adds each mapping to the disease that its subject is; where none is, nothing is made. The
// predicate is a match of SKOS; owl:equivalentClass counts as exact. The mapping set and its
// version, which the lines before the heads give, say whose the mapping is ("mondo@2026-08-04");
// `options.release` goes before that version.
std::unique_ptr<RecordReader> OpenSssom(std::istream* in, const ReadOptions& options);

bool LooksLikeSssom(absl::string_view head);

}  // namespace cartograph::importers
