// RepairState: a point in the search for repairs: goals, and what has been supposed so far.

#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "rules/analysis/program.h"
#include "rules/facts/fact.h"

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

// A literal of a rule whose variables are the state's from `base` on.
struct Goal {
  const Rule* rule = nullptr;
  const Literal* literal = nullptr;
  uint32_t base = 0;
  uint32_t depth = 0;
};

// A copyable state. Variables are bound once and never unbound: branches copy.
class RepairState {
 public:
  std::vector<Goal> goals;
  std::vector<OpenAtom> added;
  std::set<Fact> removed;

  // Facts that this supposes and removes.
  size_t cost() const { return added.size() + removed.size(); }

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

 private:
  std::vector<Slotted> bindings_;  // by variable: itself where it is not bound
};

}  // namespace cartograph::rules
