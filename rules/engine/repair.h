// Repair: the smallest sets of base facts to add and to remove that would make an atom true.
//
// The simple explanation: backward chaining with hypotheses. A goal of a base predicate is met by a
// fact, by a fact already supposed, or by supposing one more; a goal of a derived predicate by a
// fact or by a rule, whose body becomes goals; a negated goal by removing what stands against it,
// which for derived facts means a base fact of each of their supports. States are taken up by the
// number of facts they suppose and remove, so small repairs come first, and each is tried on a
// simulated model before it is believed. Where that fails, because more follows from the changes
// than was looked at, the search goes on from the simulated model.
//
// What is left open by all goals gets a value that is nowhere else; where that does not do, the
// values that are there are tried.
//
// What it leaves out: constraints over computed values are not solved but left to the simulation;
// of aggregates only counts are made larger; of a goal that many facts match only the first few are
// followed. Where something was left out the result says that it is not complete.
//
// Kakas, Kowalski, Toni, "Abductive logic programming", J. Logic and Computation 2 (1992).

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/budget.h"
#include "rules/engine/query.h"
#include "rules/facts/model.h"

namespace cartograph::rules {

// What may be changed about the facts of one predicate.
struct Writable {
  bool add = false;
  bool remove = false;
  // The first column decides the others: a fact that is added takes the place of one that is there.
  bool single_valued = false;
  // Only of things that are not there yet: what a thing that is there says is not to be rewritten.
  bool of_new_only = false;
  // By column: what its symbols begin with, any of these; empty where they may be anything.
  std::vector<std::vector<std::string>> prefixes;
};

struct RepairOptions {
  std::vector<Writable> writable;  // by predicate
  size_t repairs_max = 6;          // wanted; 0 for none
  size_t facts_max = 6;            // of one repair
  size_t states_max = 20'000;      // goals taken up
  size_t matches_max = 32;         // facts tried for one goal
  size_t depth_max = 8;            // rules one above the other
  size_t alike_max = 2;            // shown of those that change the same kinds of things
  size_t simulations_max = 100;
};

// Facts of one kind of change are sorted by text. Symbols "?1", "?2" stand for any value;
// "diseases/new-1" and the like for a thing that is not there yet.
struct Repair {
  std::vector<Fact> add;
  std::vector<Fact> remove;
  size_t alike = 0;  // further repairs that were found and differ only in values
};

struct RepairResult {
  std::vector<Repair> repairs;  // fewest facts first; each makes the atom true
  bool complete = true;         // there are no others, and none is smaller
  size_t simulated = 0;
};

// Repairs for `pattern` of `predicate`, of which the model has no fact. Placeholders are interned
// in the program's interning, which should be an overlay. Errors: what Budget::Check returns, but
// for a limit that was reached: then the result is not complete.
absl::StatusOr<RepairResult> FindRepairs(const Model& model, PredicateId predicate,
                                         const Pattern& pattern, const RepairOptions& options,
                                         base::Budget* budget);

}  // namespace cartograph::rules
