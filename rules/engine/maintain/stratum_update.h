// StratumUpdate: one stratum's part of an update.

#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/engine/maintain/rule_changes.h"

namespace cartograph::rules {

// What is known to have changed while an update goes through the strata.
struct UpdateState {
  UpdateContext context;
  std::vector<RowChanges> facts;  // by predicate: of the strata done, complete
  std::vector<RowChanges> given;  // by predicate: facts given and taken back
};

// How a stratum is maintained; made once for a program and used for one update after another.
class StratumUpdate {
 public:
  virtual ~StratumUpdate() = default;
  // Finds the changes of the stratum's predicates and makes their new relations. False when so much
  // changes that starting over costs less; then the new relations are anything.
  virtual absl::StatusOr<bool> Run(UpdateState* state) = 0;
};

// Changes beyond which a stratum is evaluated anew: a fifth of its facts. Small strata are not
// worth the change of method.
inline size_t ChangesMax(size_t facts) {
  constexpr size_t kAlways = 4096;
  return facts / 5 + kAlways;
}

// Exact counts of derivations, for a stratum that does not recur. See counted_stratum.cc.
std::unique_ptr<StratumUpdate> MakeCountedStratum(const Program& program, size_t stratum);
// Heights, for one that does. See recursive_stratum.cc.
std::unique_ptr<StratumUpdate> MakeRecursiveStratum(const Program& program, size_t stratum);

}  // namespace cartograph::rules
