// Joins with a table: an immutable relation in some order.

#pragma once

#include <memory>
#include <vector>

#include "rules/engine/operator.h"
#include "rules/facts/table.h"

namespace cartograph::rules {

// How a table is searched: operands for its first columns, as many as can be compared by key and
// code prefix. `whole` says that they are all of the columns, so that a tail can be looked up too.
struct TableKey {
  std::vector<Operand> operands;
  bool whole = false;
};

// Computes, for the rows of a batch, where their matches stand.
//
// Works in passes over the batch, so that the cache misses of its rows overlap.
class TableProbe {
 public:
  // REQUIRES: at least one operand.
  TableProbe(const Table* table, TableKey key);

  // groups()[i] are the matches of row i.
  void Find(const Batch& batch);
  const std::vector<Table::Group>& groups() const { return groups_; }
  // The key that row i was searched with.
  uint32_t KeyOf(const Batch& batch, uint32_t i) const {
    return key_.operands[0].is_constant ? key_.operands[0].value
                                        : batch.column(key_.operands[0].value)[i];
  }

 private:
  void FindKeys(const Batch& batch);
  void NarrowAll(const Batch& batch);
  void NarrowByTail(const Batch& batch);

  const Table* table_;
  TableKey key_;
  uint64_t suffix_mask_ = 0;
  std::vector<Table::Group> groups_;
  std::vector<uint64_t> prefixes_;
};

// Each incoming row with each of its matches.
class TableJoin : public Operator {
 public:
  TableJoin(const Table* table, TableKey key, JoinShape shape, RunContext* context);
  absl::Status Push(Batch* batch) override;
  absl::Status Flush() override { return expander_.Flush(next_); }

 private:
  template <int width>
  absl::Status Expand(const Batch& batch);

  const Table* table_;
  TableProbe probe_;
  Expander expander_;
};

// Each incoming row with each row of the table whose key lies in a window.
class TableScan : public Operator {
 public:
  TableScan(const Table* table, JoinShape shape, RunContext* context);
  // Restricts the scan to keys [key, key + count_less_one]. All keys until then.
  void SetWindow(uint32_t key, uint32_t count_less_one) {
    window_ = KeyWindow::Of(*table_, key, count_less_one);
  }
  absl::Status Push(Batch* batch) override;
  absl::Status Flush() override { return expander_.Flush(next_); }

 private:
  absl::Status AddGroup(const Batch& batch, uint32_t from, const TableCursor& at);

  const Table* table_;
  Expander expander_;
  KeyWindow window_;
};

// Keeps the incoming rows that have a match (or, if `negated`, that have none). `checks` are
// operands for columns that the key does not compare.
class TableFilter : public Operator {
 public:
  TableFilter(const Table* table, TableKey key, std::vector<ColumnCheck> checks, bool negated);
  absl::Status Push(Batch* batch) override;

 private:
  bool Matches(const Batch& batch, uint32_t row) const;

  const Table* table_;
  std::unique_ptr<TableProbe> probe_;  // null when nothing is bound
  std::vector<ColumnCheck> checks_;
  bool negated_;
};

}  // namespace cartograph::rules
