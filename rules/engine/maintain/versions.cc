#include "rules/engine/maintain/versions.h"

#include <algorithm>

namespace cartograph::rules {

void Versions::Begin(const Model& model) {
  for (uint32_t i = 0; i < slots_.size(); ++i) {
    const auto& relation = model.shared_relation(PredicateId{i});
    Bind(&slots_[i], Version::kOld, relation);
    Bind(&slots_[i], Version::kNew, relation);
  }
}

void Versions::Set(PredicateId id, std::shared_ptr<const Relation> relation) {
  Bind(&slots_[Index(id)], Version::kNew, std::move(relation));
}

void Versions::Replace(PredicateId id, const std::shared_ptr<const Relation>& relation) {
  Bind(&slots_[Index(id)], Version::kOld, relation);
  Bind(&slots_[Index(id)], Version::kNew, relation);
}

const Table* Versions::Keep(PredicateId id, Version version, const Table& table) {
  auto& kept = slots_[Index(id)].kept[static_cast<size_t>(version)];
  for (const auto& known : kept) {
    if (known->order() == table.order()) return known.get();
  }
  kept.push_back(std::make_unique<Table>(table));
  return kept.back().get();
}

void Versions::Bind(Slot* slot, Version version, std::shared_ptr<const Relation> relation) {
  const auto v = static_cast<size_t>(version);
  if (slot->relations[v] == relation) return;
  slot->relations[v] = std::move(relation);
  auto& kept = slot->kept[v];
  const bool same = std::all_of(kept.begin(), kept.end(), [&](const auto& table) {
    const Table* now = slot->relations[v]->FindOrder(table->order());
    if (now == nullptr || !now->layout().SameCodes(table->layout())) return false;
    *table = *now;
    return true;
  });
  if (same) return;
  kept.clear();
  ++epoch_;
}

}  // namespace cartograph::rules
