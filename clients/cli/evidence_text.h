// Evidence and its documents, in words.

#pragma once

#include <string>

#include "cartograph/v1/fact.pb.h"

namespace cartograph::clients {

// What is not ordinary about a piece of evidence: " (collective, hedged)", or nothing for a single,
// asserted, supporting, accepted claim.
std::string ReservationsText(const v1::EvidenceLeaf& leaf);
// The document of the claim: title, name, its standing where that is not "current", and the
// document it was read in where that is another.
std::string SourceText(const v1::EvidenceLeaf& leaf);
// Section and characters of a quote: ", abstract, characters 1043–1107". `range` stands between.
std::string PlaceText(const v1::Quote& quote, const char* range);

}  // namespace cartograph::clients
