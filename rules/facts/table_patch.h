// PatchTable: the next version of a table.

#pragma once

#include <memory>

#include "rules/facts/relation.h"
#include "rules/facts/table.h"

namespace cartograph::rules {

// Whether a table keeps what stands beside rows; further orders do not.
enum class TableNotes : uint8_t { kKept, kNone };

// `table` with `edits` applied, as Relation::Patch promises.
//
// Only pages that hold an edited row are made anew. When a value does not fit the layout, or the
// rows have outgrown the size of the pages, the whole table is: layouts grow generously, so that
// this is rare.
std::shared_ptr<const Table> PatchTable(const std::shared_ptr<const Table>& table,
                                        const RelationEdits& edits, TableNotes notes);

}  // namespace cartograph::rules
