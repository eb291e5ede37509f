// The reports of the Human Disease Ontology: HumanDO.tsv (terms and what they are a kind of) and
// allXREFinDO.tsv (their cross references).

#pragma once

#include <istream>
#include <memory>

#include "importers/formats.h"
#include "importers/record.h"

namespace cartograph::importers {

// The heads tell which of the two it is. Rows of one term are one record.
//
// HumanDO.tsv names parents by their label; the root "disease", DOID:4, has no row and is added. It
// does not say which release it is: without `options.release` nothing is read.
std::unique_ptr<RecordReader> OpenDoidTsv(std::istream* in, const ReadOptions& options);

bool LooksLikeDoidTsv(absl::string_view head);

}  // namespace cartograph::importers
