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

// What a new version of a relation changes in the one before.
struct RelationEdits {
  enum class Kind : uint8_t { kInsert, kErase, kNote };  // kNote: only what stands beside the row

  std::vector<Value> values;  // row-major, in the predicate's order; {0} where it has no columns
  std::vector<Kind> kinds;
  std::vector<RowNote> notes;

  bool empty() const { return kinds.empty(); }
};

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
  // `orders`: further orders of the same rows.
  Relation(uint32_t arity, std::shared_ptr<const Table> primary,
           std::vector<std::shared_ptr<const Table>> orders, std::vector<uint64_t> distinct);
  // `given`: all that is given, of which subsumption may have dropped some; null for nothing.
  Relation(uint32_t arity, std::shared_ptr<const Table> primary,
           std::shared_ptr<const Relation> given);
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

  // What stands beside `values`, given as stored; nothing when it is not in the relation.
  std::optional<RowNote> FindNote(TupleView values) const;

  // Whether `values`, as stored, were given; so are facts that subsumption has dropped since.
  bool IsGiven(TupleView values) const;

  // The next version. Shares with this one the pages that `edits` leave alone, in all orders that
  // there are; numbers of different values are taken over as they are. Cost: a page a row, and the
  // relation where a value does not fit the layout.
  // REQUIRES: each row once; what is inserted is not there, and everything else is.
  std::shared_ptr<const Relation> Patch(const RelationEdits& edits) const;

  // This relation with its rows' derivations counted, if it was kept by set_counted.
  std::shared_ptr<const Relation> counted() const;
  void set_counted(std::shared_ptr<const Relation> counted) const;

  // Calls `visit(TupleView)` for every fact, in a fixed order, until it returns false.
  template <typename Visit>
  void ForEach(const Visit& visit) const {
    ForEachWithOrigin([&](TupleView values, Origin) { return visit(values); });
  }
  // As ForEach, with `visit(TupleView, Origin)`.
  template <typename Visit>
  void ForEachWithOrigin(const Visit& visit) const;
  // As ForEach, for the facts that are given, also those that subsumption has dropped.
  template <typename Visit>
  void ForEachGiven(const Visit& visit) const;

  const Table& primary() const { return *primary_; }
  const std::shared_ptr<const Table>& shared_primary() const { return primary_; }

  // A table whose order begins with exactly the columns of `bound` (ascending, not empty), in some
  // sequence; built now if there is none yet. Tails come last: columns of a tail are never among
  // the first, unless the row is too wide for that, and then only the columns before the tail are.
  const Table& OrderFor(const std::vector<uint32_t>& bound) const;
  // A table whose key is `column`.
  const Table& OrderFrom(uint32_t column) const { return OrderFor({column}); }

  // Different values in `column`: counted when first asked and kept, also by later versions.
  uint64_t Distinct(uint32_t column) const;

  // The table in exactly `order`, if there is one.
  const Table* FindOrder(const std::vector<uint32_t>& order) const;
  // The orders there are besides the primary, in the sequence in which they were built.
  std::vector<std::shared_ptr<const Table>> orders() const;

 private:
  bool BeginsWith(const Table& table, const std::vector<uint32_t>& bound) const;
  std::shared_ptr<const Table> BuildOrder(const std::vector<uint32_t>& bound) const;
  uint64_t CountDistinct(uint32_t column) const;

  const uint32_t arity_;
  const std::shared_ptr<const Table> primary_;
  const std::shared_ptr<const Relation> given_;  // null where all that is given is here

  mutable base::Mutex mutex_;
  mutable std::vector<std::shared_ptr<const Table>> orders_ ABSL_GUARDED_BY(mutex_);
  mutable std::vector<uint64_t> distinct_ ABSL_GUARDED_BY(mutex_);  // UINT64_MAX: not counted
  mutable std::shared_ptr<const Relation> counted_ ABSL_GUARDED_BY(mutex_);
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

template <typename Visit>
void Relation::ForEachGiven(const Visit& visit) const {
  if (given_ != nullptr) return given_->ForEach(visit);
  ForEachWithOrigin([&](TupleView values, Origin origin) {
    return origin.rule != Origin::kGiven || visit(values);
  });
}

}  // namespace cartograph::rules
