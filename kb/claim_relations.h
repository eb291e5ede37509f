// The relations that say what evidence claims.

#pragma once

#include <string>

#include "absl/container/flat_hash_set.h"

namespace cartograph::kb {

// The base relation of evidence: entity, source, review status.
inline constexpr char kEvidenceRelation[] = "evidence";

// The names of those that the proposition of evidence feeds: claim, effect, …
absl::flat_hash_set<std::string> ClaimRelations();

}  // namespace cartograph::kb
