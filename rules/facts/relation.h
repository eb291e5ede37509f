// Relation: the facts of one predicate at one version.

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "base/mutex.h"
#include "rules/facts/table.h"
#include "rules/facts/table_builder.h"
#include "rules/facts/value.h"

namespace cartograph::rules {

// Immutable. The rows stand in a primary table with their origins; further orders of the columns
// are built when someone first needs them, and shared by all readers.
//
// A predicate without columns is held as one column whose only value is 0.
// Thread-safety: all methods may be called from any thread.
class Relation {
 public:
  // No facts. `records` interns what does not fit a code; it must outlive the relation.
  Relation(uint32_t arity, RecordTable* records);
  Relation(uint32_t arity, std::shared_ptr<const Table> primary);
  Relation(const Relation&) = delete;
  Relation& operator=(const Relation&) = delete;

  // The relation of the rows in `values`, row-major, in any order and with repeats; `present` for
  // arity 0.
  static std::shared_ptr<const Relation> FromRows(uint32_t arity, TupleView values, bool present,
                                                  RecordTable* records);

  uint32_t arity() const { return arity_; }
  size_t size() const { return primary_->rows(); }
  // Bytes held, further orders included.
  size_t bytes() const;
  bool Contains(TupleView values) const { return Find(values).has_value(); }
  // How `values` was first derived; nothing when it is not in the relation.
  std::optional<Origin> Find(TupleView values) const;

  // Calls `visit(TupleView)` for every fact, in a fixed order, until it returns false.
  template <typename Visit>
  void ForEach(const Visit& visit) const {
    ForEachWithOrigin([&](TupleView values, Origin) { return visit(values); });
  }
  // As ForEach, with `visit(TupleView, Origin)`.
  template <typename Visit>
  void ForEachWithOrigin(const Visit& visit) const;

  const Table& primary() const { return *primary_; }
  const std::shared_ptr<const Table>& shared_primary() const { return primary_; }

  // A table whose order begins with exactly the columns of `bound` (ascending, not empty), in some
  // sequence; built now if there is none yet. Tails come last: columns of a tail are never among
  // the first, unless the row is too wide for that, and then only the columns before the tail are.
  const Table& OrderFor(const std::vector<uint32_t>& bound) const;
  // A table whose key is `column`.
  const Table& OrderFrom(uint32_t column) const { return OrderFor({column}); }

  // Different values in `column`: exact, counted when first asked and kept.
  uint64_t Distinct(uint32_t column) const;

 private:
  bool BeginsWith(const Table& table, const std::vector<uint32_t>& bound) const;
  std::shared_ptr<const Table> BuildOrder(const std::vector<uint32_t>& bound) const;
  uint64_t CountDistinct(uint32_t column) const;

  const uint32_t arity_;
  const std::shared_ptr<const Table> primary_;

  mutable base::Mutex mutex_;
  mutable std::vector<std::shared_ptr<const Table>> orders_ ABSL_GUARDED_BY(mutex_);
  mutable std::vector<uint64_t> distinct_ ABSL_GUARDED_BY(mutex_);  // UINT64_MAX: not counted
};

template <typename Visit>
void Relation::ForEachWithOrigin(const Visit& visit) const {
  const Table& table = *primary_;
  const Layout& layout = table.layout();
  Tuple stored(layout.columns());
  Tuple values(layout.columns());
  for (TableCursor at(table); at.NextGroup();) {
    stored[0] = Value(at.key());
    for (uint32_t i = 0; i < at.rows(); ++i) {
      const uint8_t* code = at.codes() + size_t{i} * static_cast<size_t>(table.code_bytes());
      layout.DecodeAll(WithWidth(table.code_bytes(), [&](auto w) { return LoadCode<w>(code); }),
                       stored.data() + 1);
      for (size_t c = 0; c < stored.size(); ++c) values[table.order()[c]] = stored[c];
      const Origin origin = table.OriginAt(at.page(), at.first_row() + i);
      if (!visit(TupleView(values).first(arity_), origin)) return;
    }
  }
}

}  // namespace cartograph::rules
