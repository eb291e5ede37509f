// Versions: the relations before and after the update that is being made.

#pragma once

#include <memory>
#include <vector>

#include "rules/facts/model.h"

namespace cartograph::rules {

enum class Version : uint8_t { kOld, kNew };

// The old and the new relation of each predicate, and tables that stand for them in pipelines.
//
// A pipeline is made once and run for many updates, so it keeps pointers to tables that this class
// owns and points at the relations' tables of the day. When a relation's layout changes that is not
// possible: then epoch() moves on, and pipelines made before must not be run again.
//
// Thread-safety: none.
class Versions {
 public:
  explicit Versions(size_t predicates) : slots_(predicates) {}

  // Old and new become the relations of `model`.
  void Begin(const Model& model);
  // The new relation of `id` becomes `relation`.
  void Set(PredicateId id, std::shared_ptr<const Relation> relation);
  // The old relation of `id` becomes `relation`: the same rows with something more beside them.
  void Replace(PredicateId id, const std::shared_ptr<const Relation>& relation);

  const std::shared_ptr<const Relation>& relation(PredicateId id, Version version) const {
    return slots_[Index(id)].relations[static_cast<size_t>(version)];
  }
  const Relation& Old(PredicateId id) const { return *relation(id, Version::kOld); }
  const Relation& New(PredicateId id) const { return *relation(id, Version::kNew); }

  // The table that stands for `table`, one of the relation's that is now `version` of `id`.
  const Table* Keep(PredicateId id, Version version, const Table& table);
  uint64_t epoch() const { return epoch_; }

 private:
  struct Slot {
    std::shared_ptr<const Relation> relations[2];
    std::vector<std::unique_ptr<Table>> kept[2];
  };

  void Bind(Slot* slot, Version version, std::shared_ptr<const Relation> relation);

  std::vector<Slot> slots_;
  uint64_t epoch_ = 0;
};

}  // namespace cartograph::rules
