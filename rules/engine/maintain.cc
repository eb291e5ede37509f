#include "rules/engine/maintain.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "base/check.h"
#include "base/status.h"
#include "rules/engine/evaluation.h"

namespace cartograph::rules {
namespace {

// Whether facts of `id` are all given: no rule, no closure makes them.
bool IsGiven(const Program& program, PredicateId id) {
  const auto heads = [&](const Rule& rule) { return rule.head.predicate == id; };
  const auto subsumes = [&](const Subsumption& s) { return s.dominated.predicate == id; };
  return !program.predicate(id).eqrel &&
         std::none_of(program.rules.begin(), program.rules.end(), heads) &&
         std::none_of(program.subsumptions.begin(), program.subsumptions.end(), subsumes);
}

// The given facts of `relation` with `removed` taken out and `added` put in.
std::shared_ptr<const Relation> Apply(const Relation& relation, const std::vector<Tuple>& removed,
                                      const std::vector<Tuple>& added, RecordTable* records) {
  const absl::flat_hash_set<Tuple> gone(removed.begin(), removed.end());
  std::vector<Value> values;
  bool present = !added.empty() && relation.arity() == 0;
  relation.ForEachWithOrigin([&](TupleView fact, Origin origin) {
    if (origin.rule != Origin::kGiven) return true;
    if (!gone.empty() && gone.contains(Tuple(fact.begin(), fact.end()))) return true;
    values.insert(values.end(), fact.begin(), fact.end());
    present = true;
    return true;
  });
  for (const Tuple& fact : added) values.insert(values.end(), fact.begin(), fact.end());
  return Relation::FromRows(relation.arity(), values, present && relation.arity() == 0, records);
}

// Facts of the program's text may have been subsumed, and come back when what dominated them goes.
void AddSubsumed(const Program& program, std::vector<std::vector<Tuple>>* added) {
  std::vector<bool> subsumes(program.predicates.size());
  for (const Subsumption& s : program.subsumptions) subsumes[Index(s.dominated.predicate)] = true;
  for (const GivenFact& fact : program.facts) {
    if (subsumes[Index(fact.predicate)]) (*added)[Index(fact.predicate)].push_back(fact.values);
  }
}

// What `base_delta` does to each predicate.
struct Changes {
  std::vector<std::vector<Tuple>> removed;
  std::vector<std::vector<Tuple>> added;
};

Changes Split(const Delta& delta, size_t predicates) {
  Changes changes{std::vector<std::vector<Tuple>>(predicates),
                  std::vector<std::vector<Tuple>>(predicates)};
  for (const Fact& fact : delta.removed)
    changes.removed[Index(fact.predicate)].push_back(fact.values);
  for (const Fact& fact : delta.added) changes.added[Index(fact.predicate)].push_back(fact.values);
  return changes;
}

// Appends the facts of `from` that `other` lacks; `as` is their predicate.
void AppendMissing(const Relation& from, const Relation& other, PredicateId as,
                   std::vector<Fact>* facts) {
  from.ForEach([&](TupleView values) {
    if (!other.Contains(values)) facts->push_back({as, Tuple(values.begin(), values.end())});
    return true;
  });
}

bool SameColumns(const Predicate& a, const Predicate& b) {
  return std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(), b.columns.end(),
                    [](const Column& x, const Column& y) { return x.kind == y.kind; });
}

}  // namespace

absl::StatusOr<Maintained> Maintain(const Model& model, const Delta& base_delta,
                                    base::Budget* budget) {
  const Program& program = model.program();
  Changes changes = Split(base_delta, program.predicates.size());
  EvaluationInput input;
  input.program = model.shared_program();
  input.interning = program.interning;
  input.previous = &model;
  input.given.resize(program.predicates.size());
  input.changed.resize(program.predicates.size());
  for (uint32_t i = 0; i < program.predicates.size(); ++i) {
    input.changed[i] = !changes.removed[i].empty() || !changes.added[i].empty();
  }
  AddSubsumed(program, &changes.added);
  for (uint32_t i = 0; i < program.predicates.size(); ++i) {
    const PredicateId id{i};
    if (input.changed[i] || !IsGiven(program, id)) {
      input.given[i] = Apply(model.relation(id), changes.removed[i], changes.added[i],
                             &input.interning->records);
    } else {
      input.given[i] = model.shared_relation(id);
    }
  }
  Maintained result;
  ASSIGN_OR_RETURN(result.model, RunEvaluation(std::move(input), budget));
  result.delta = Difference(model, *result.model);
  return result;
}

Delta Difference(const Model& before, const Model& after) {
  Delta delta;
  for (uint32_t i = 0; i < after.program().predicates.size(); ++i) {
    const Predicate& predicate = after.program().predicates[i];
    if (predicate.generated) continue;
    const PredicateId id{i};
    const std::optional<PredicateId> old = before.program().Find(predicate.name);
    if (!old.has_value() || !SameColumns(before.program().predicate(*old), predicate)) {
      AppendMissing(after.relation(id), Relation(predicate.arity(), nullptr), id, &delta.added);
      continue;
    }
    if (before.shared_relation(*old) == after.shared_relation(id)) continue;
    AppendMissing(before.relation(*old), after.relation(id), id, &delta.removed);
    AppendMissing(after.relation(id), before.relation(*old), id, &delta.added);
  }
  std::sort(delta.removed.begin(), delta.removed.end());
  std::sort(delta.added.begin(), delta.added.end());
  return delta;
}

}  // namespace cartograph::rules
