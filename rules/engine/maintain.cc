#include "rules/engine/maintain.h"

#include <algorithm>

#include "base/status.h"
#include "rules/engine/maintain/maintenance.h"

namespace cartograph::rules {
namespace {

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
  std::shared_ptr<ModelCache> kept = model.cache();
  if (kept == nullptr) kept = std::make_shared<MaintenanceCache>();
  auto& cache = static_cast<MaintenanceCache&>(*kept);
  std::unique_ptr<Maintenance> maintenance = cache.Take(model.shared_program());
  Maintained result;
  auto next = maintenance->Update(model, base_delta, budget, &result.delta);
  cache.Return(std::move(maintenance));
  RETURN_IF_ERROR(next.status());
  result.model = *std::move(next);
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
