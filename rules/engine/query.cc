#include "rules/engine/query.h"

#include "base/check.h"
#include "base/status.h"

namespace cartograph::rules {
namespace {

// Rows between two looks at the budget.
constexpr uint64_t kRowsPerCheck = 1024;

// One query's walk over the rows that its search finds.
class Search {
 public:
  Search(const Table& table, const Pattern& pattern, size_t skip, base::Budget* budget,
         const std::function<bool(TupleView)>& visit)
      : table_(table),
        pattern_(pattern),
        skip_(skip),
        budget_(budget),
        visit_(visit),
        stored_(table.layout().columns()),
        values_(pattern.size()) {}

  // Visits the matches among `rows` rows at `codes`; whether to go on.
  bool Visit(uint32_t key, const uint8_t* codes, uint32_t rows) {
    stored_[0] = Value(key);
    return WithWidth(table_.code_bytes(), [&](auto width) {
      for (uint32_t i = 0; i < rows; ++i) {
        if (!VisitRow(LoadCode<width>(codes + size_t{i} * width))) return false;
      }
      return true;
    });
  }

  // Why Visit said not to go on, if that was the budget.
  const absl::Status& status() const { return status_; }

 private:
  bool VisitRow(uint64_t code) {
    if (++seen_ % kRowsPerCheck == 0) {
      budget_->SpendProbes(kRowsPerCheck);
      status_ = budget_->Check("query");
      if (!status_.ok()) return false;
    }
    table_.layout().DecodeAll(code, stored_.data() + 1);
    for (size_t i = 0; i < values_.size(); ++i) values_[table_.order()[i]] = stored_[i];
    for (size_t c = 0; c < pattern_.size(); ++c) {
      if (pattern_[c].has_value() && values_[c] != *pattern_[c]) return true;
    }
    if (skip_ > 0) {
      --skip_;
      return true;
    }
    return visit_(values_);
  }

  const Table& table_;
  const Pattern& pattern_;
  size_t skip_;
  base::Budget* budget_;
  const std::function<bool(TupleView)>& visit_;
  Tuple stored_;
  Tuple values_;
  uint64_t seen_ = 0;
  absl::Status status_;
};

// The rows of `table` whose first columns are as `pattern` binds them.
Table::Group FindBound(const Table& table, const Pattern& pattern, size_t bound) {
  const Table::Group group = table.Find(pattern[table.order()[0]]->bits());
  const size_t searched = std::min<size_t>(bound, table.layout().tail_begin());
  Tuple rest;
  for (size_t i = 1; i < searched; ++i) rest.push_back(*pattern[table.order()[i]]);
  if (rest.empty() || group.rows == 0) return group;
  const auto count = static_cast<uint32_t>(rest.size());
  const std::optional<uint64_t> prefix = table.layout().FindPrefix(rest.data(), count);
  if (!prefix.has_value()) return {};
  return table.Narrow(group, *prefix, table.layout().SuffixMask(count));
}

}  // namespace

absl::Status Query(const Model& model, PredicateId predicate, const Pattern& pattern, size_t skip,
                   base::Budget* budget, const std::function<bool(TupleView)>& visit) {
  const Relation& relation = model.relation(predicate);
  CHECK(pattern.size() == relation.arity());
  RETURN_IF_ERROR(budget->Check("query"));
  std::vector<uint32_t> bound;
  for (uint32_t c = 0; c < pattern.size(); ++c) {
    if (pattern[c].has_value()) bound.push_back(c);
  }
  const Table& table = bound.empty() ? relation.primary() : relation.OrderFor(bound);
  Search search(table, pattern, skip, budget, visit);
  if (!bound.empty()) {
    const Table::Group group = FindBound(table, pattern, bound.size());
    search.Visit(pattern[table.order()[0]]->bits(), group.codes, group.rows);
    return search.status();
  }
  for (TableCursor at(table); at.NextGroup();) {
    if (!search.Visit(at.key(), at.codes(), at.rows())) break;
  }
  return search.status();
}

}  // namespace cartograph::rules
