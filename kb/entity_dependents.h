// What rests on an entity, and which facts rest on one source only.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/budget.h"
#include "kb/entity_schema.h"
#include "kb/snapshot.h"
#include "rules/facts/fact.h"

namespace cartograph::kb {

// The base facts that `entity` stands behind: those that it feeds; for evidence, those of links
// that cite it too; for a source, those of all its evidence too. Sorted.
//
// NOT_FOUND when there is no such entity; what Budget::Check returns.
absl::StatusOr<std::vector<rules::Fact>> FactsBehind(const Snapshot& snapshot,
                                                     const EntitySchema& schema,
                                                     const std::string& entity,
                                                     base::Budget* budget);

// A derived fact all of whose claims come from one source.
struct FragileFact {
  rules::Fact fact;
  std::string source;
  std::vector<std::string> evidence;  // in order of name
};

// The fragile facts of `predicate`, in order of their text. A claim is evidence whose proposition
// some proof of the fact uses; that a link between entities cites a piece of evidence, or that it
// is accepted, makes it none. Facts without claims are not fragile.
//
// Errors: DATA_LOSS when stored bytes do not decode; what Budget::Check returns.
absl::StatusOr<std::vector<FragileFact>> FragileFacts(const Snapshot& snapshot,
                                                      rules::PredicateId predicate,
                                                      base::Budget* budget);

}  // namespace cartograph::kb
