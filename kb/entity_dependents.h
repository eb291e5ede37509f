// What rests on an entity, which facts rest on one source only, and which outlive a source.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
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

// The fragile facts of `predicate`, in order of their text (see ClaimSources for what a claim is).
// Facts without claims are not fragile.
//
// Errors: what Budget::Check returns.
absl::StatusOr<std::vector<FragileFact>> FragileFacts(const Snapshot& snapshot,
                                                      rules::PredicateId predicate,
                                                      base::Budget* budget);

// A fact that rests on a source, and also holds when the source is out of force.
struct RestingFact {
  rules::Fact fact;
  size_t sources_with = 0;     // of its claims, with the source in force
  size_t sources_without = 0;  // and without
};

struct RestingOptions {
  const EntitySchema* schema;
  std::function<bool(rules::PredicateId predicate)> wanted;
  size_t facts_max = SIZE_MAX;  // that rest on the source, wanted or not
};

// The derived facts that rest on `source` at `in_force` and hold in `without` too, where it is out
// of force. REQUIRES: both are of one knowledge base and one rule pack.
//
// Errors: NOT_FOUND when there is no such entity; RESOURCE_EXHAUSTED when there are more than
// facts_max; what Budget::Check returns.
absl::StatusOr<std::vector<RestingFact>> FactsRestingOn(const std::string& source,
                                                        const Snapshot& in_force,
                                                        const rules::Model& without,
                                                        const RestingOptions& options,
                                                        base::Budget* budget);

}  // namespace cartograph::kb
