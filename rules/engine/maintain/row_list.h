// RowList: rows of values on their way between the steps of maintenance.

#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "rules/analysis/program.h"
#include "rules/facts/value.h"

namespace cartograph::rules {

// Rows side by side. There may be rows of no columns.
struct RowList {
  explicit RowList(size_t row_columns = 0) : columns(row_columns) {}

  const uint32_t* row(size_t i) const { return values.data() + i * columns; }
  bool empty() const { return rows == 0; }
  void Add(const uint32_t* row_values) {
    values.insert(values.end(), row_values, row_values + columns);
    ++rows;
  }
  void Clear() {
    values.clear();
    rows = 0;
  }

  size_t columns;
  size_t rows = 0;
  std::vector<uint32_t> values;
};

// What changed of a set of rows between the old and the new version: disjoint, without repeats.
struct RowChanges {
  explicit RowChanges(size_t columns = 0) : removed(columns), added(columns) {}
  bool empty() const { return removed.empty() && added.empty(); }
  void Clear() {
    removed.Clear();
    added.Clear();
  }

  RowList removed;
  RowList added;
};

// Columns as stored: a predicate without columns has one, which is always 0.
inline uint32_t StoredColumns(const Predicate& predicate) {
  return predicate.arity() == 0 ? 1 : predicate.arity();
}

// A row of bits as values.
using StoredRow = absl::InlinedVector<Value, 8>;
inline StoredRow ToValues(const uint32_t* row, size_t columns) {
  StoredRow values;
  for (size_t i = 0; i < columns; ++i) values.push_back(Value(row[i]));
  return values;
}

}  // namespace cartograph::rules
