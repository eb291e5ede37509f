// RepairState: a point in the search for repairs: goals, and what has been supposed so far.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/budget.h"
#include "rules/analysis/program.h"
#include "rules/engine/proof_search.h"
#include "rules/facts/fact.h"
#include "rules/facts/model.h"

namespace cartograph::rules {

// A value, or a variable of the state.
struct Slotted {
  bool known = false;
  Value value;
  uint32_t variable = 0;
};

// An atom over the state's variables.
struct OpenAtom {
  PredicateId predicate{};
  std::vector<Slotted> arguments;
};

// An atom that a goal is there for, and what that is there for.
struct GoalPath {
  OpenAtom atom;
  std::shared_ptr<const GoalPath> up;
};

// A literal of a rule whose variables are the state's from `base` on.
struct Goal {
  const Rule* rule = nullptr;
  const Literal* literal = nullptr;
  uint32_t base = 0;
  uint32_t depth = 0;
  std::shared_ptr<const GoalPath> path;
};

class RepairState;

// A model that the search goes on from: the one at hand, or that after changes which did not do it,
// because something else followed from them.
struct RepairWorld {
  RepairWorld(const Model& of, base::Budget* budget)
      : model(of), proofs(of, kAggregateInputsMax, budget) {}

  // What stands in the way and rests on more leaves no small repair.
  static constexpr size_t kAggregateInputsMax = 16;

  const Model& model;
  ProofSearch proofs;
  std::shared_ptr<const Model> owned;  // keeps `model`, where that is not the one at hand
  std::vector<Fact> added;
  std::set<Fact> removed;
};

// A state before values were made up for what it left open.
struct RepairGuess {
  std::shared_ptr<const RepairState> open;
  bool refined = false;  // whether the values that are there were tried as well
};

// A copyable state. Variables are bound once and never unbound: branches copy.
class RepairState {
 public:
  explicit RepairState(std::shared_ptr<RepairWorld> in) : world(std::move(in)) {}

  std::shared_ptr<RepairWorld> world;
  std::vector<Goal> goals;
  std::vector<OpenAtom> added;
  std::set<Fact> removed;
  size_t placeholders = 0;             // made up so far
  std::shared_ptr<RepairGuess> guess;  // null where none was

  // Facts that this supposes and removes.
  size_t own_cost() const { return added.size() + removed.size(); }
  // With those of its world.
  size_t cost() const { return own_cost() + world->added.size() + world->removed.size(); }

  // Makes `count` variables; the first of them.
  uint32_t AddVariables(size_t count);
  // What `term` stands for now; nothing for a functor or record.
  std::optional<Slotted> Resolve(const Term& term, uint32_t base) const;
  Slotted Resolve(Slotted slotted) const;
  // Whether both can be the same; they are from then on.
  bool Unify(Slotted a, Slotted b);
  void Bind(uint32_t variable, Value value) { bindings_[variable] = {true, value, 0}; }
  // The atom of `goal`; nothing when an argument is neither a variable nor a constant. Wildcards
  // become variables.
  std::optional<OpenAtom> AtomOf(const Goal& goal);
  OpenAtom Resolve(const OpenAtom& atom) const;
  // Whether `atom` stands on `path` already: no proof needs a fact for itself.
  bool IsOn(const GoalPath* path, const OpenAtom& atom) const;

 private:
  std::vector<Slotted> bindings_;  // by variable: itself where it is not bound
};

}  // namespace cartograph::rules
