#include "rules/engine/repair_state.h"

#include <algorithm>

namespace cartograph::rules {

uint32_t RepairState::AddVariables(size_t count) {
  const auto first = static_cast<uint32_t>(bindings_.size());
  for (size_t i = 0; i < count; ++i) {
    bindings_.push_back({false, {}, static_cast<uint32_t>(bindings_.size())});
  }
  return first;
}

Slotted RepairState::Resolve(Slotted slotted) const {
  while (!slotted.known) {
    const Slotted& next = bindings_[slotted.variable];
    if (!next.known && next.variable == slotted.variable) break;
    slotted = next;
  }
  return slotted;
}

std::optional<Slotted> RepairState::Resolve(const Term& term, uint32_t base) const {
  if (term.kind == Term::Kind::kConstant) return Slotted{true, term.constant, 0};
  if (term.kind == Term::Kind::kVariable) return Resolve({false, {}, base + term.variable});
  return std::nullopt;
}

bool RepairState::Unify(Slotted a, Slotted b) {
  a = Resolve(a);
  b = Resolve(b);
  if (a.known && b.known) return a.value == b.value;
  if (a.known) std::swap(a, b);
  bindings_[a.variable] = b;
  return true;
}

std::optional<OpenAtom> RepairState::AtomOf(const Goal& goal) {
  OpenAtom atom;
  atom.predicate = goal.literal->atom.predicate;
  for (const Term& argument : goal.literal->atom.arguments) {
    if (argument.kind == Term::Kind::kWildcard) {
      atom.arguments.push_back({false, {}, AddVariables(1)});
      continue;
    }
    const std::optional<Slotted> resolved = Resolve(argument, goal.base);
    if (!resolved.has_value()) return std::nullopt;
    atom.arguments.push_back(*resolved);
  }
  return atom;
}

OpenAtom RepairState::Resolve(const OpenAtom& atom) const {
  OpenAtom resolved = atom;
  for (Slotted& argument : resolved.arguments) argument = Resolve(argument);
  return resolved;
}

bool RepairState::IsOn(const GoalPath* path, const OpenAtom& atom) const {
  const auto same = [&](const Slotted& a, const Slotted& b) {
    const Slotted left = Resolve(a);
    const Slotted right = Resolve(b);
    return left.known ? right.known && left.value == right.value
                      : !right.known && left.variable == right.variable;
  };
  for (; path != nullptr; path = path->up.get()) {
    if (path->atom.predicate == atom.predicate &&
        std::equal(path->atom.arguments.begin(), path->atom.arguments.end(), atom.arguments.begin(),
                   same)) {
      return true;
    }
  }
  return false;
}

}  // namespace cartograph::rules
