// Model: all facts true at one revision.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "rules/analysis/program.h"
#include "rules/facts/fact.h"
#include "rules/facts/relation.h"

namespace cartograph::rules {

// What rule evaluation keeps beside the versions of one model, to make the next one.
class ModelCache {
 public:
  virtual ~ModelCache() = default;
};

// Immutable: a version. Versions share the relations, and the blocks of relations, that did not
// change between them.
//
// Thread-safety: any thread may read. Cost: copying the handle is one reference count a model, not
// a relation.
class Model {
 public:
  // REQUIRES: one relation for each predicate of `program`, in order. `cache` may be null.
  Model(std::shared_ptr<const Program> program, std::shared_ptr<const Interning> interning,
        std::vector<std::shared_ptr<const Relation>> relations,
        std::shared_ptr<ModelCache> cache = nullptr);

  const Program& program() const { return *program_; }
  const std::shared_ptr<const Program>& shared_program() const { return program_; }
  // What gives the values their meaning: the program's own, or an overlay of it.
  const Interning& interning() const { return *interning_; }

  const Relation& relation(PredicateId id) const { return *relations_[Index(id)]; }
  const std::shared_ptr<const Relation>& shared_relation(PredicateId id) const {
    return relations_[Index(id)];
  }
  const std::shared_ptr<ModelCache>& cache() const { return cache_; }
  bool Contains(const Fact& fact) const;
  // Facts in all relations but those of generated predicates.
  size_t size() const;
  // Bytes held by all relations; blocks shared with other versions are counted in full.
  size_t bytes() const;

 private:
  std::shared_ptr<const Program> program_;
  std::shared_ptr<const Interning> interning_;
  std::vector<std::shared_ptr<const Relation>> relations_;
  std::shared_ptr<ModelCache> cache_;
};

}  // namespace cartograph::rules
