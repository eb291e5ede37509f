#include "rules/facts/relation.h"

#include <algorithm>
#include <numeric>

#include "absl/container/flat_hash_set.h"
#include "base/check.h"
#include "rules/facts/table_patch.h"

namespace cartograph::rules {
namespace {

std::vector<uint32_t> NaturalOrder(uint32_t columns) {
  std::vector<uint32_t> order(columns);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

// Columns as stored: a predicate without columns has one.
uint32_t StoredColumns(uint32_t arity) { return std::max(arity, 1U); }

std::vector<ColumnRange> RangesOf(uint32_t columns, TupleView values) {
  std::vector<RangeFinder> finders(columns);
  for (size_t i = 0; i < values.size();) {
    for (uint32_t c = 0; c < columns; ++c) finders[c].Add(values[i++].bits());
  }
  std::vector<ColumnRange> ranges(columns);
  for (uint32_t c = 0; c < columns; ++c) ranges[c] = finders[c].range();
  return ranges;
}

std::shared_ptr<const Table> EmptyTable(uint32_t columns, RecordTable* records) {
  return BuildTable(Layout(std::vector<ColumnRange>(columns), records), NaturalOrder(columns), {},
                    0);
}

}  // namespace

Relation::Relation(uint32_t arity, RecordTable* records)
    : Relation(arity, EmptyTable(StoredColumns(arity), records)) {}

Relation::Relation(uint32_t arity, std::shared_ptr<const Table> primary)
    : Relation(arity, std::move(primary), {},
               std::vector<uint64_t>(StoredColumns(arity), UINT64_MAX)) {}

Relation::Relation(uint32_t arity, std::shared_ptr<const Table> primary,
                   std::vector<std::shared_ptr<const Table>> orders, std::vector<uint64_t> distinct)
    : arity_(arity),
      primary_(std::move(primary)),
      orders_(std::move(orders)),
      distinct_(std::move(distinct)) {
  CHECK(primary_->layout().columns() == StoredColumns(arity));
}

Relation::Relation(uint32_t arity, std::shared_ptr<const Table> primary,
                   std::shared_ptr<const Relation> given)
    : arity_(arity),
      primary_(std::move(primary)),
      given_(std::move(given)),
      distinct_(StoredColumns(arity), UINT64_MAX) {
  CHECK(primary_->layout().columns() == StoredColumns(arity));
}

std::shared_ptr<const Relation> Relation::FromRows(uint32_t arity, TupleView values, bool present,
                                                   RecordTable* records) {
  const Value zero(0);
  if (arity == 0) values = present || !values.empty() ? TupleView(&zero, 1) : TupleView();
  const uint32_t columns = StoredColumns(arity);
  CHECK(values.size() % columns == 0);
  Layout layout(RangesOf(columns, values), records);
  RowBuffer rows;
  rows.keys.reserve(values.size() / columns);
  rows.codes.reserve(values.size() / columns);
  for (size_t i = 0; i < values.size(); i += columns) {
    rows.keys.push_back(values[i].bits() - layout.range(0).base);
    rows.codes.push_back(layout.Encode(values.data() + i + 1));
  }
  return std::make_shared<const Relation>(
      arity, BuildTable(std::move(layout), NaturalOrder(columns), std::move(rows), 0));
}

size_t Relation::bytes() const {
  base::MutexLock lock(&mutex_);
  size_t total = primary_->bytes();
  for (const auto& order : orders_) total += order->bytes();
  if (given_ != nullptr) total += given_->bytes();
  return total;
}

std::optional<Origin> Relation::Find(TupleView values) const {
  if (arity_ == 0) {
    const Value zero(0);
    return primary_->Find(&zero);
  }
  Tuple stored(values.size());
  for (size_t i = 0; i < stored.size(); ++i) stored[i] = values[primary_->order()[i]];
  return primary_->Find(stored.data());
}

std::optional<RowNote> Relation::FindNote(TupleView values) const {
  Tuple stored(values.size());
  for (size_t i = 0; i < stored.size(); ++i) stored[i] = values[primary_->order()[i]];
  return primary_->FindNote(stored.data());
}

bool Relation::IsGiven(TupleView values) const {
  if (given_ != nullptr) return given_->FindNote(values).has_value();
  const std::optional<RowNote> note = FindNote(values);
  return note.has_value() && Origin::Unpack(note->origin).rule == Origin::kGiven;
}

std::vector<std::shared_ptr<const Table>> Relation::orders() const {
  base::MutexLock lock(&mutex_);
  return orders_;
}

const Table* Relation::FindOrder(const std::vector<uint32_t>& order) const {
  if (primary_->order() == order) return primary_.get();
  base::MutexLock lock(&mutex_);
  for (const auto& table : orders_) {
    if (table->order() == order) return table.get();
  }
  return nullptr;
}

std::shared_ptr<const Relation> Relation::counted() const {
  base::MutexLock lock(&mutex_);
  return counted_;
}

void Relation::set_counted(std::shared_ptr<const Relation> counted) const {
  base::MutexLock lock(&mutex_);
  counted_ = std::move(counted);
}

std::shared_ptr<const Relation> Relation::Patch(const RelationEdits& edits) const {
  std::vector<std::shared_ptr<const Table>> orders;
  std::vector<uint64_t> distinct;
  {
    base::MutexLock lock(&mutex_);
    orders = orders_;
    distinct = distinct_;
  }
  auto primary = PatchTable(primary_, edits, TableNotes::kKept);
  for (auto& order : orders) order = PatchTable(order, edits, TableNotes::kNone);
  return std::make_shared<const Relation>(arity_, std::move(primary), std::move(orders),
                                          std::move(distinct));
}

bool Relation::BeginsWith(const Table& table, const std::vector<uint32_t>& bound) const {
  // Columns of a tail cannot be searched; a table serves if what it can search of `bound` stands
  // first.
  const uint32_t searchable = table.layout().tail_begin();
  const size_t count = std::min<size_t>(bound.size(), searchable);
  for (size_t i = 0; i < count; ++i) {
    if (!std::binary_search(bound.begin(), bound.end(), table.order()[i])) return false;
  }
  return true;
}

const Table& Relation::OrderFor(const std::vector<uint32_t>& bound) const {
  CHECK(!bound.empty());
  if (BeginsWith(*primary_, bound)) return *primary_;
  base::MutexLock lock(&mutex_);
  for (const auto& order : orders_) {
    if (BeginsWith(*order, bound)) return *order;
  }
  orders_.push_back(BuildOrder(bound));
  return *orders_.back();
}

std::shared_ptr<const Table> Relation::BuildOrder(const std::vector<uint32_t>& bound) const {
  const Layout& from = primary_->layout();
  std::vector<ColumnRange> ranges_by_column(from.columns());
  for (uint32_t i = 0; i < from.columns(); ++i) {
    ranges_by_column[primary_->order()[i]] = from.range(i);
  }
  // The bound column with the widest range becomes the key: its groups are the smallest.
  std::vector<uint32_t> order = bound;
  const auto widest = std::max_element(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return ranges_by_column[a].span < ranges_by_column[b].span;
  });
  std::rotate(order.begin(), widest, widest + 1);
  for (uint32_t c = 0; c < from.columns(); ++c) {
    if (!std::binary_search(bound.begin(), bound.end(), c)) order.push_back(c);
  }
  std::vector<ColumnRange> ranges;
  ranges.reserve(order.size());
  for (const uint32_t column : order) ranges.push_back(ranges_by_column[column]);
  Layout layout(std::move(ranges), from.records());

  RowBuffer rows;
  rows.keys.reserve(primary_->rows());
  rows.codes.reserve(primary_->rows());
  Tuple stored(order.size());
  ForEachWithOrigin([&](TupleView values, Origin) {
    for (size_t i = 0; i < stored.size(); ++i) stored[i] = values[order[i]];
    rows.keys.push_back(stored[0].bits() - layout.range(0).base);
    rows.codes.push_back(layout.Encode(stored.data() + 1));
    return true;
  });
  return BuildTable(std::move(layout), std::move(order), std::move(rows), 0);
}

uint64_t Relation::Distinct(uint32_t column) const {
  if (primary_->order()[0] == column) return primary_->groups();
  base::MutexLock lock(&mutex_);
  if (distinct_[column] != UINT64_MAX) return distinct_[column];
  for (const auto& order : orders_) {
    if (order->order()[0] == column) return distinct_[column] = order->groups();
  }
  return distinct_[column] = CountDistinct(column);
}

uint64_t Relation::CountDistinct(uint32_t column) const {
  const auto& order = primary_->order();
  const auto position =
      static_cast<uint32_t>(std::find(order.begin(), order.end(), column) - order.begin());
  const Layout& layout = primary_->layout();
  const ColumnRange& range = layout.range(position);
  // A bit a possible value where that costs no more than the rows do.
  if (position < layout.tail_begin() && range.span / 32 <= primary_->rows()) {
    std::vector<bool> seen(uint64_t{range.span} + 1);
    uint64_t count = 0;
    const Layout::Field& field = layout.field(position);
    const uint64_t mask = (uint64_t{1} << field.bits) - 1;
    for (TableCursor at(*primary_); at.NextGroup();) {
      ForEachCode(at.codes(), at.rows(), primary_->code_bytes(), [&](uint64_t code) {
        const uint64_t value = code >> field.shift & mask;
        if (!seen[value]) ++count;
        seen[value] = true;
      });
    }
    return count;
  }
  absl::flat_hash_set<uint32_t> seen;
  ForEach([&](TupleView values) {
    seen.insert(values[column].bits());
    return true;
  });
  return seen.size();
}

}  // namespace cartograph::rules
