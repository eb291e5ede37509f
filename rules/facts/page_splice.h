// SplicePage: the next version of a page, by copying the stretches between the rows that change.

#pragma once

#include <memory>

#include "absl/types/span.h"
#include "rules/facts/relation.h"
#include "rules/facts/table.h"

namespace cartograph::rules {

// A change of one row as a table sees it.
struct RowEdit {
  uint32_t key;  // distance
  uint64_t code;
  RelationEdits::Kind kind;
  RowNote note;

  bool ComesBefore(const RowEdit& other) const {
    return key != other.key ? key < other.key : code < other.code;
  }
};

// `page`, of `table`, with `edits` applied; null when no row is left.
// REQUIRES: a dense page; ascending edits of its keys; each row once; what is inserted is not
// there, and everything else is. Counts are kept if the page has them.
std::shared_ptr<const Page> SplicePage(const Table& table, const Page& page,
                                       absl::Span<const RowEdit> edits);

}  // namespace cartograph::rules
