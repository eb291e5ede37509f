// What a curator can write: which base facts may be supposed and removed when a repair is looked
// for.

#pragma once

#include <vector>

#include "kb/entity_schema.h"
#include "rules/analysis/program.h"
#include "rules/engine/repair.h"

namespace cartograph::kb {

// By predicate of `program`: base relations may get facts, within the collections of their columns.
// Facts may be taken away, but not those that say that an entity exists: of these only evidence
// falls easily, by its review. A relation that no repeated field feeds holds one fact an entity.
// What a piece of evidence that is there claims is not rewritten: it has been read in a document.
std::vector<rules::Writable> WritableFacts(const EntitySchema& schema,
                                           const rules::Program& program);

}  // namespace cartograph::kb
