#include "rules/engine/repair_trials.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rules/engine/maintain.h"

namespace cartograph::rules {

const Writable& WritableIn(const RepairOptions& options, PredicateId id) {
  static const Writable kNothing;
  return Index(id) < options.writable.size() ? options.writable[Index(id)] : kNothing;
}

absl::StatusOr<std::optional<FailedRepair>> RepairTrials::Offer(const RepairState& state) {
  const RepairWorld& world = *state.world;
  Repair repair;
  repair.remove.assign(state.removed.begin(), state.removed.end());
  repair.remove.insert(repair.remove.end(), world.removed.begin(), world.removed.end());
  repair.add = world.added;
  const bool known =
      !AddFacts(state, &repair) || !seen_.insert(KeyOf(repair)).second || ContainsKnown(repair);
  if (known) return std::optional<FailedRepair>();
  return Try(std::move(repair));
}

// Gives what is still open a name: that of a new thing where entities stand, else "?".
void RepairTrials::FillPlaceholders(RepairState* state) {
  for (const bool entities : {true, false}) {
    for (const OpenAtom& open : state->added) {
      const Writable& writable = WritableIn(options_, open.predicate);
      for (size_t column = 0; column < open.arguments.size(); ++column) {
        const Slotted slotted = state->Resolve(open.arguments[column]);
        if (slotted.known) continue;
        const bool named = column < writable.prefixes.size() && !writable.prefixes[column].empty();
        if (entities && !(named && writable.prefixes[column].size() == 1)) continue;
        const ValueKind kind = model_.program().predicate(open.predicate).columns[column].kind;
        state->Bind(slotted.variable, Placeholder(named ? writable.prefixes[column][0] : "", kind,
                                                  ++state->placeholders));
      }
    }
  }
}

std::set<Value> RepairTrials::ValuesLike(PredicateId predicate, size_t column) {
  const std::vector<Predicate>& predicates = model_.program().predicates;
  const TypeId type = predicates[Index(predicate)].columns[column].type;
  std::set<Value> values;
  const auto few = [&] { return values.size() <= options_.matches_max; };
  for (uint32_t i = 0; i < predicates.size(); ++i) {
    for (size_t c = 0; c < predicates[i].columns.size() && few(); ++c) {
      if (predicates[i].columns[c].type != type) continue;
      model_.relation(PredicateId{i}).ForEach([&](TupleView tuple) {
        values.insert(tuple[c]);
        return few();
      });
    }
  }
  if (!few()) result_->complete = false;
  return values;
}

Value RepairTrials::Placeholder(const std::string& prefix, ValueKind kind, size_t number) {
  if (kind != ValueKind::kSymbol) return Value(0);
  const Value value = model_.program().interning->symbols.Intern(
      absl::StrCat(prefix.empty() ? "?" : absl::StrCat(prefix, "new-"), number));
  minted_.insert(value.bits());
  return value;
}

// Grounds what is supposed; false when a curator could not write it so.
bool RepairTrials::AddFacts(const RepairState& state, Repair* repair) {
  for (const OpenAtom& open : state.added) {
    Fact fact{open.predicate, {}};
    for (size_t column = 0; column < open.arguments.size(); ++column) {
      fact.values.push_back(state.Resolve(open.arguments[column]).value);
      if (!Admits(open.predicate, column, fact.values.back())) return false;
    }
    const bool is_new = !fact.values.empty() && minted_.contains(fact.values[0].bits());
    if (WritableIn(options_, open.predicate).of_new_only && !is_new) return false;
    // What is removed is not added again.
    if (state.removed.contains(fact) || state.world->removed.contains(fact)) return false;
    if (model_.Contains(fact)) continue;
    repair->add.push_back(std::move(fact));
  }
  SortByText(&repair->add);
  repair->add.erase(std::unique(repair->add.begin(), repair->add.end()), repair->add.end());
  if (!ReplaceValues(repair)) return false;
  SortByText(&repair->remove);
  return !repair->add.empty() || !repair->remove.empty();
}

void RepairTrials::SortByText(std::vector<Fact>* facts) {
  std::sort(facts->begin(), facts->end(),
            [&](const Fact& a, const Fact& b) { return TextOf(a) < TextOf(b); });
}

// What is added to a single-valued predicate takes the place of what is there; false when two are
// added for one thing.
bool RepairTrials::ReplaceValues(Repair* repair) const {
  absl::flat_hash_set<std::pair<uint32_t, uint32_t>> things;
  for (const Fact& fact : repair->add) {
    if (!WritableIn(options_, fact.predicate).single_valued || fact.values.empty()) continue;
    if (!things.insert({Index(fact.predicate), fact.values[0].bits()}).second) return false;
    Pattern pattern(fact.values.size());
    pattern[0] = fact.values[0];
    const absl::Status status =
        Query(model_, fact.predicate, pattern, 0, budget_, [&](TupleView values) {
          repair->remove.push_back({fact.predicate, Tuple(values.begin(), values.end())});
          return true;
        });
    if (!status.ok()) return false;
  }
  std::sort(repair->remove.begin(), repair->remove.end());
  repair->remove.erase(std::unique(repair->remove.begin(), repair->remove.end()),
                       repair->remove.end());
  return true;
}

std::string RepairTrials::KeyOf(const Repair& repair) const {
  std::string key;
  for (const Fact& fact : repair.add) absl::StrAppend(&key, "+", TextOf(fact));
  for (const Fact& fact : repair.remove) absl::StrAppend(&key, "-", TextOf(fact));
  return key;
}

// Which predicates change, for things that are there or new: repairs alike in that differ in
// values only.
std::string RepairTrials::ShapeOf(const Repair& repair) const {
  std::string shape;
  const auto append = [&](const char* sign, const Fact& fact) {
    const bool is_new = !fact.values.empty() && absl::StrContains(TextOf(fact), "/new-");
    absl::StrAppend(&shape, sign, Index(fact.predicate), is_new ? "n" : "", " ");
  };
  for (const Fact& fact : repair.add) append("+", fact);
  for (const Fact& fact : repair.remove) append("-", fact);
  return shape;
}

bool RepairTrials::ContainsKnown(const Repair& repair) const {
  const auto within = [](const std::vector<Fact>& part, const std::vector<Fact>& whole) {
    return std::all_of(part.begin(), part.end(), [&](const Fact& fact) {
      return std::find(whole.begin(), whole.end(), fact) != whole.end();
    });
  };
  return std::any_of(result_->repairs.begin(), result_->repairs.end(), [&](const Repair& known) {
    return within(known.add, repair.add) && within(known.remove, repair.remove);
  });
}

absl::StatusOr<std::optional<FailedRepair>> RepairTrials::Try(Repair repair) {
  std::optional<FailedRepair> failed;
  std::vector<size_t>& alike = shapes_[ShapeOf(repair)];
  if (alike.size() >= options_.alike_max) {
    ++result_->repairs[alike.back()].alike;
    return failed;
  }
  if (result_->simulated >= options_.simulations_max) {
    result_->complete = false;
    return failed;
  }
  ASSIGN_OR_RETURN(std::shared_ptr<const Model> after, After(repair));
  ASSIGN_OR_RETURN(const bool works, Matches(*after));
  if (!works) {
    failed.emplace(FailedRepair{std::move(repair), std::move(after)});
    return failed;
  }
  ASSIGN_OR_RETURN(const bool wasteful, IsWasteful(repair));
  if (wasteful) return failed;
  alike.push_back(result_->repairs.size());
  result_->repairs.push_back(std::move(repair));
  return failed;
}

// Whether some change can be missed: what is left then is a repair that was found before, or will
// be.
absl::StatusOr<bool> RepairTrials::IsWasteful(const Repair& repair) {
  const size_t changes = repair.add.size() + repair.remove.size();
  for (size_t i = 0; changes > 1 && i < changes; ++i) {
    Repair less = repair;
    std::vector<Fact>& facts = i < repair.add.size() ? less.add : less.remove;
    const size_t at = i < repair.add.size() ? i : i - repair.add.size();
    facts.erase(facts.begin() + static_cast<std::ptrdiff_t>(at));
    ASSIGN_OR_RETURN(const bool works, Works(less));
    if (works && !Replaces(repair, less)) return true;
  }
  return false;
}

// Whether `less` only keeps a value that an added fact takes the place of: not something that can
// be written.
bool RepairTrials::Replaces(const Repair& repair, const Repair& less) const {
  Repair written = less;
  return less.remove.size() < repair.remove.size() && ReplaceValues(&written) &&
         written.remove.size() > less.remove.size();
}

absl::StatusOr<bool> RepairTrials::Works(const Repair& repair) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const Model> after, After(repair));
  return Matches(*after);
}

absl::StatusOr<std::shared_ptr<const Model>> RepairTrials::After(const Repair& repair) {
  ++result_->simulated;
  ASSIGN_OR_RETURN(Maintained after,
                   Maintain(model_, Normalize({repair.remove, repair.add}), budget_));
  return std::move(after.model);
}

absl::StatusOr<bool> RepairTrials::Matches(const Model& model) {
  bool found = false;
  RETURN_IF_ERROR(Query(model, predicate_, pattern_, 0, budget_, [&](TupleView) {
    found = true;
    return false;
  }));
  return found;
}

bool RepairTrials::Admits(PredicateId predicate, size_t column, Value value) const {
  const Writable& writable = WritableIn(options_, predicate);
  if (column >= writable.prefixes.size() || writable.prefixes[column].empty()) return true;
  const absl::string_view text = model_.interning().symbols.Text(value);
  const auto& prefixes = writable.prefixes[column];
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return absl::StartsWith(text, prefix); });
}

std::string RepairTrials::TextOf(const Fact& fact) const {
  return ToText(fact, model_.program(), model_.interning());
}

}  // namespace cartograph::rules
