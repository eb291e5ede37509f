#include "rules/engine/result_table.h"

#include <algorithm>
#include <bit>

namespace cartograph::rules {
namespace {

// Pages with fewer rows on average are too small to pay for their headers.
constexpr uint64_t kPageRowsMin = Table::kPageRows / 8;
// There are no more than 2^18 places for pages: rows may stand close together in a wide range.
constexpr int kPagesBitsMax = 18;
// A column that may hold more different values than this is measured once its rows are there.
constexpr uint32_t kTrustedSpan = (uint32_t{1} << 31) - 1;

std::vector<ColumnRange> ExactRanges(const Layout& layout, const RowBuffer& rows) {
  std::vector<ColumnRange> ranges;
  for (uint32_t i = 0; i < layout.columns(); ++i) {
    RangeFinder finder;
    if (i == 0) {
      for (const uint32_t key : rows.keys) finder.Add(key + layout.range(0).base);
    } else if (i < layout.tail_begin()) {
      const Layout::Field& field = layout.field(i);
      const uint64_t mask = (uint64_t{1} << field.bits) - 1;
      for (const uint64_t code : rows.codes) {
        finder.Add(static_cast<uint32_t>(code >> field.shift & mask) + field.base);
      }
    } else {
      for (const uint64_t code : rows.codes) finder.Add(layout.Decode(code, i).bits());
    }
    ranges.push_back(finder.range());
  }
  return ranges;
}

void MoveTo(const Layout& from, const Layout& to, RowBuffer* rows) {
  Tuple rest(from.columns());
  for (size_t i = 0; i < rows->size(); ++i) {
    from.DecodeAll(rows->codes[i], rest.data());
    rows->keys[i] += from.range(0).base - to.range(0).base;
    rows->codes[i] = to.Encode(rest.data());
  }
}

// All rows of `table`, in order.
RowBuffer RowsOf(const Table& table) {
  RowBuffer rows;
  for (TableCursor at(table); at.NextGroup();) {
    uint32_t row = at.first_row();
    ForEachCode(at.codes(), at.rows(), table.code_bytes(), [&](uint64_t code) {
      rows.keys.push_back(at.distance());
      rows.codes.push_back(code);
      rows.origins.push_back(table.OriginAt(at.page(), row++).packed());
    });
  }
  return rows;
}

}  // namespace

std::shared_ptr<const Table> BuildExactTable(const Layout& layout, std::vector<uint32_t> order,
                                             RowBuffer rows) {
  Layout exact(ExactRanges(layout, rows), layout.records());
  if (!(exact == layout)) MoveTo(layout, exact, &rows);
  return BuildTable(std::move(exact), std::move(order), std::move(rows), 0);
}

ResultTable::ResultTable(Layout layout, std::vector<uint32_t> order, uint64_t window_keys)
    : layout_(std::move(layout)),
      order_(std::move(order)),
      window_shift_(std::countr_zero(window_keys)) {}

int ResultTable::ShiftFor(const RowBuffer& rows) {
  base::MutexLock lock(&mutex_);
  if (shift_ < 0) {
    const uint64_t keys = uint64_t{rows.keys.back()} - rows.keys.front() + 1;
    const uint64_t page_keys = std::max<uint64_t>(1, keys * Table::kPageRows / rows.size());
    const int enough = static_cast<int>(std::bit_width(page_keys)) - 1;
    const int least = static_cast<int>(std::bit_width(layout_.range(0).span)) - kPagesBitsMax;
    shift_ = std::min({std::max(enough, least), window_shift_, 31});
    pages_.resize((layout_.range(0).span >> shift_) + 1);
  }
  return shift_;
}

size_t ResultTable::Append(const RowBuffer& rows) {
  if (rows.size() == 0) return 0;
  const int shift = ShiftFor(rows);
  MakePages(layout_, shift, SortedRows::Of(rows), &pages_);
  size_t bytes = 0;
  uint64_t used = 0;
  for (uint32_t page = rows.keys.front() >> shift; page <= rows.keys.back() >> shift; ++page) {
    if (pages_[page] == nullptr) continue;
    bytes += pages_[page]->bytes;
    ++used;
  }
  rows_.fetch_add(rows.size(), std::memory_order_relaxed);
  pages_used_.fetch_add(used, std::memory_order_relaxed);
  return bytes;
}

std::shared_ptr<const Table> ResultTable::Finish() {
  base::MutexLock lock(&mutex_);
  if (shift_ < 0) return BuildExactTable(layout_, std::move(order_), {});
  auto table = std::make_shared<const Table>(layout_, order_, shift_, std::move(pages_));
  const bool loose =
      std::any_of(layout_.ranges().begin(), layout_.ranges().end(),
                  [](const ColumnRange& range) { return range.span > kTrustedSpan; });
  const bool scattered = rows_ < kPageRowsMin * pages_used_ && table->pages().size() > 1;
  if (!loose && !scattered) return table;
  return BuildExactTable(layout_, std::move(order_), RowsOf(*table));
}

}  // namespace cartograph::rules
