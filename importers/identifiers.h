// Identifiers of documents and terms, in the one form in which they are compared.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cartograph::importers {

// The canonical CURIE of an identifier as documents write it.
//
//   DOI     "https://doi.org/10.1016/S2665-9913(24)00377-1", "doi: 10.1016/…"   DOI:10.1016/s2665-…
//   PMID    "27169098", "PMID: 27169098"                                      PMID:27169098
//   PMCID   "PMC4513071", "4513071", "PMC4513071.2"                           PMCID:PMC4513071
//   NCT     "NCT06361745"                                                     NCT:NCT06361745
//   ISBN    "978-3-86680-192-9", "0-19-853453-1"                              ISBN:9783866801929
//   ISSN    "0955-2359 (Print)"                                               ISSN:0955-2359
//
// DOIs are compared without regard to case, and may hold parentheses. Of other prefixes the value
// stands as it is. INVALID_ARGUMENT says what is wrong.
absl::StatusOr<std::string> CanonicalCurie(absl::string_view prefix, absl::string_view value);

// The same for a CURIE as entities hold it; itself when it is not well formed.
std::string CanonicalCurie(absl::string_view curie);

// Whether two documents with this CURIE as an exact identifier are one. `curie` is canonical.
bool IsIdentity(absl::string_view curie);

// Order of strength: a smaller number goes before. NCT, DOI, PMID, PMCID, then all others.
int StrengthRank(absl::string_view curie);

// The id that an entity gets from its identifier, different for different identifiers:
// "DOI:10.1016/s2665-9913(24)00377-1" gives "doi-10.1016_s2665-9913~2824~2900377-1", "NCT:NCT1"
// gives "nct1", "DOID:9074" gives "doid-9074". A slash becomes `_`; other bytes that no id may hold
// become ~ and two hexadecimal digits; what is too long ends in a hash.
std::string IdFromCurie(absl::string_view curie);

// Lower-case letters and digits of `text`, ASCII, words joined by "-": "Del Bufalo" gives
// "del-bufalo". Letters with an accent lose it where they are of Latin-1. Empty when nothing is
// left.
std::string Slug(absl::string_view text);

}  // namespace cartograph::importers
