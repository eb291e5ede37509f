// Base models: the base facts of all live entities, and the model of a program over them.

#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "kb/entity_facts.h"
#include "kb/snapshot.h"
#include "rules/engine/evaluate.h"
#include "rules/facts/model.h"

namespace cartograph::kb {

// What the entities of a snapshot say.
struct BaseFacts {
  std::vector<rules::Rows> rows;  // by base predicate of the program
  std::vector<uint64_t> live;     // entities that are not deleted, by kind
};

// Reads every entity of `view`. DATA_LOSS names one that does not decode or is of no kind.
absl::StatusOr<BaseFacts> LoadBaseFacts(const EntityView& view, const EntitySchema& schema,
                                        const EntityFacts& facts, const rules::Program& program);

// The base facts of `model` as rows of `program`, which declares the same base relations.
std::vector<rules::Rows> BaseRows(const rules::Model& model, const EntitySchema& schema,
                                  const rules::Program& program);

// `model` with new symbols and records going to `overlay`, a table over the model's own: what is
// maintained from it leaves no trace there. Cost: a copy of the program, none of the facts.
std::shared_ptr<const rules::Model> OverlayModel(const rules::Model& model,
                                                 std::shared_ptr<rules::Interning> overlay);

}  // namespace cartograph::kb
