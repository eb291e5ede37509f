// ExplainAbsence: why a fact does not hold, and what would make it hold.

#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/budget.h"
#include "rules/engine/query.h"
#include "rules/engine/repair.h"
#include "rules/facts/model.h"

namespace cartograph::rules {

// How far one rule gets towards an atom.
struct RuleFailure {
  uint32_t rule = 0;
  // The literals of the body in an order in which each can be decided: those that hold together,
  // with the values under which they do; then the first that does not. Empty `failing`: all hold.
  std::vector<std::string> satisfied;
  std::string failing;
  size_t literals = 0;  // of the body
  std::vector<std::pair<std::string, std::string>> bindings;
};

struct AbsenceOptions {
  RepairOptions repairs;
};

struct Absence {
  std::vector<RuleFailure> failures;  // of the rules whose head fits; nearest first
  RepairResult repairs;
};

// Why no fact of `predicate` matches `pattern`. Placeholders for things that are not there yet are
// interned in the program's interning, which should be an overlay.
//
// REQUIRES: one pattern entry a column. Errors: FAILED_PRECONDITION when a fact matches; what
// Budget::Check returns.
absl::StatusOr<Absence> ExplainAbsence(const Model& model, PredicateId predicate,
                                       const Pattern& pattern, const AbsenceOptions& options,
                                       base::Budget* budget);

}  // namespace cartograph::rules
