// ClaimSources: from which sources the claims come that a fact rests on.

#pragma once

#include <cstddef>
#include <string>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "base/budget.h"
#include "rules/engine/proof_search.h"
#include "rules/facts/fact.h"
#include "rules/facts/model.h"

namespace cartograph::kb {

// A claim is evidence whose proposition some proof of the fact uses; that a link between entities
// cites a piece of evidence, or that it is accepted, makes it none.
//
// Keeps what it learns of one fact for the next. The model and the budget outlive it.
class ClaimSources {
 public:
  struct Claims {
    absl::btree_set<std::string> evidence;
    absl::btree_set<std::string> sources;
  };

  ClaimSources(const rules::Model& model, base::Budget* budget);

  // The claims that `fact` rests on by any of its proofs; looks no further once they come from
  // `sources_max` sources. REQUIRES: the model contains it. Errors: what Budget::Check returns.
  absl::StatusOr<Claims> Of(const rules::Fact& fact, size_t sources_max);

 private:
  absl::StatusOr<std::string> SourceOf(const std::string& evidence);

  const rules::Model& model_;
  const absl::flat_hash_set<uint32_t> claims_;  // predicates that say what evidence claims
  rules::ProofSearch search_;
  base::Budget* const budget_;
  absl::flat_hash_map<std::string, std::string> source_of_;
};

}  // namespace cartograph::kb
