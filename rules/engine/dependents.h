// Dependents: the derived facts that rest on given ones.
//
// The simple explanation: what a rule derives with the help of a fact rests on it; so the facts
// that rest on some others are found by going forward through the rules until nothing new turns up.
// Of these, a fact stands without the others when it is given or some rule derives it from facts
// that do not rest on them or stand without them; the rest rests on them alone (as deletion with
// re-derivation finds it).
//
// What it leaves out: absences. That something is not there because of a fact is no dependence on
// it. An aggregate rests on all its inputs (min and max on all that attain them): where one goes
// and another input gives the same value again, `alone` says too much.

#pragma once

#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "base/budget.h"
#include "rules/engine/proof_search.h"
#include "rules/facts/model.h"

namespace cartograph::rules {

struct Dependent {
  Fact fact;
  bool alone = false;  // every proof needs one of the given facts

  friend bool operator==(const Dependent&, const Dependent&) = default;
};

// The facts of `model` that rest on any of `roots`, these themselves left out, in order.
//
// REQUIRES: the model contains the roots. Errors: RESOURCE_EXHAUSTED when there are more than
// `dependents_max`; what Budget::Check returns.
absl::StatusOr<std::vector<Dependent>> FindDependents(const Model& model,
                                                      const std::vector<Fact>& roots,
                                                      size_t dependents_max, base::Budget* budget);

// Calls `visit` for every given fact that some proof of `fact` goes through, until it returns
// false. `search` keeps what it learns for the next call. Errors: what Budget::Check returns.
absl::Status VisitLeaves(ProofSearch* search, FactNumber fact, base::Budget* budget,
                         const std::function<bool(FactNumber)>& visit);

}  // namespace cartograph::rules
