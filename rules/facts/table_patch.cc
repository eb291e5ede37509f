#include "rules/facts/table_patch.h"

#include <algorithm>

#include "rules/facts/page_splice.h"
#include "rules/facts/table_builder.h"

namespace cartograph::rules {
namespace {

using Kind = RelationEdits::Kind;

// Ascending rows side by side. Counts are there if rows are counted: a count is never 0.
struct PageRows {
  std::vector<uint32_t> keys;
  std::vector<uint64_t> codes;
  std::vector<uint16_t> origins;
  std::vector<uint32_t> counts;

  size_t size() const { return keys.size(); }
  void Add(uint32_t key, uint64_t code, const RowNote& note) {
    keys.push_back(key);
    codes.push_back(code);
    origins.push_back(note.origin);
    if (note.count != 0) counts.push_back(note.count);
  }
  void Clear() {
    keys.clear();
    codes.clear();
    origins.clear();
    counts.clear();
  }
  SortedRows sorted() const {
    return {keys.data(), codes.data(), origins.data(),
            0,           size(),       counts.empty() ? nullptr : counts.data()};
  }
};

bool ComesBefore(const RowEdit& a, const RowEdit& b) { return a.ComesBefore(b); }

class Patcher {
 public:
  Patcher(const Table& table, const RelationEdits& edits, TableNotes notes)
      : table_(table), edits_(edits), notes_(notes), layout_(table.layout()) {}

  // Null when nothing of the table changes.
  std::shared_ptr<const Table> Run() {
    Collect();
    if (rows_.empty()) return nullptr;
    if (!Admits() || Outgrown()) return Rebuild();
    const std::vector<RowEdit> edits = Encode(layout_);
    std::vector<PageDirectory::Replacement> replaced;
    for (size_t begin = 0; begin < edits.size();) {
      const uint32_t page = edits[begin].key >> table_.shift();
      size_t end = begin;
      while (end < edits.size() && edits[end].key >> table_.shift() == page) ++end;
      replaced.push_back({page, PatchPage(page, {edits.data() + begin, end - begin})});
      begin = end;
    }
    return std::make_shared<const Table>(table_, std::move(layout_), replaced);
  }

 private:
  // The edits that concern this table, with their columns in its order.
  void Collect() {
    const size_t columns = layout_.columns();
    for (uint32_t i = 0; i < edits_.kinds.size(); ++i) {
      if (notes_ == TableNotes::kNone && edits_.kinds[i] == Kind::kNote) continue;
      rows_.push_back(i);
      for (const uint32_t column : table_.order()) {
        values_.push_back(edits_.values[i * columns + column]);
      }
    }
  }

  bool Admits() {
    // A few keys far away would ask for many empty pages.
    const uint64_t pages = uint64_t{4} * table_.pages().size() + 64;
    const auto key_span_max =
        static_cast<uint32_t>(std::min<uint64_t>((pages << table_.shift()) - 1, UINT32_MAX));
    for (size_t i = 0; i < values_.size(); i += layout_.columns()) {
      if (!layout_.Admit(values_.data() + i, key_span_max)) return false;
    }
    return true;
  }

  // Pages that have grown to several times their size cost more to copy than they should.
  bool Outgrown() const {
    constexpr uint64_t kGrowthMax = 8;
    return table_.shift() > 0 &&
           table_.rows() > kGrowthMax * Table::kPageRows * table_.pages().size();
  }

  std::vector<RowEdit> Encode(const Layout& layout) const {
    std::vector<RowEdit> edits;
    edits.reserve(rows_.size());
    for (size_t i = 0; i < rows_.size(); ++i) {
      const Value* row = values_.data() + i * layout.columns();
      const RowNote note = notes_ == TableNotes::kKept ? edits_.notes[rows_[i]] : RowNote{};
      edits.push_back({row->bits() - layout.range(0).base, layout.Encode(row + 1),
                       edits_.kinds[rows_[i]], note});
    }
    std::sort(edits.begin(), edits.end(), ComesBefore);
    return edits;
  }

  std::shared_ptr<const Page> PatchPage(uint32_t index, absl::Span<const RowEdit> edits) {
    const Page* page = index < table_.pages().size() ? table_.pages().page(index) : nullptr;
    if (page != nullptr && page->keys == nullptr) return SplicePage(table_, *page, edits);
    page_rows_.Clear();
    if (page != nullptr) {
      Merge(index, *page, &edits);
    }
    for (const RowEdit& edit : edits) page_rows_.Add(edit.key, edit.code, edit.note);
    if (page_rows_.size() == 0) return nullptr;
    return MakePage(layout_, table_.shift(), page_rows_.sorted());
  }

  // Appends the rows of `page` with the edits up to its last row, which leave `edits`.
  void Merge(uint32_t index, const Page& page, absl::Span<const RowEdit>* edits) {
    const uint32_t first = index << table_.shift();
    const auto size = static_cast<uint32_t>((uint64_t{1} << table_.shift()) - 1);
    for (TableCursor at(table_, KeyWindow{first, first + size, std::nullopt}); at.NextGroup();) {
      uint32_t row = at.first_row();
      ForEachCode(at.codes(), at.rows(), table_.code_bytes(), [&](uint64_t code) {
        MergeRow({at.distance(),
                  code,
                  Kind::kNote,
                  {page.origins != nullptr ? page.origins[row] : page.origin, page.CountAt(row)}},
                 edits);
        ++row;
      });
    }
  }

  void MergeRow(const RowEdit& row, absl::Span<const RowEdit>* edits) {
    while (!edits->empty() && ComesBefore(edits->front(), row)) {
      page_rows_.Add(edits->front().key, edits->front().code, edits->front().note);
      edits->remove_prefix(1);
    }
    if (edits->empty() || ComesBefore(row, edits->front())) {
      page_rows_.Add(row.key, row.code, row.note);
      return;
    }
    if (edits->front().kind != Kind::kErase) page_rows_.Add(row.key, row.code, edits->front().note);
    edits->remove_prefix(1);
  }

  // All rows in a layout that holds them.
  std::shared_ptr<const Table> Rebuild() {
    const Layout layout(table_.layout().Widened(values_), table_.layout().records());
    const std::vector<RowEdit> edits = Encode(layout);
    std::vector<RowEdit> rows;
    Tuple stored(layout.columns());
    for (TableCursor at(table_); at.NextGroup();) {
      uint32_t row = at.first_row();
      ForEachCode(at.codes(), at.rows(), table_.code_bytes(), [&](uint64_t code) {
        table_.layout().DecodeAll(code, stored.data());
        const RowNote note{table_.OriginAt(at.page(), row).packed(), at.page().CountAt(row)};
        rows.push_back(
            {at.key() - layout.range(0).base, layout.Encode(stored.data()), Kind::kNote, note});
        ++row;
      });
    }
    std::sort(rows.begin(), rows.end(), ComesBefore);
    absl::Span<const RowEdit> left = edits;
    page_rows_.Clear();
    for (const RowEdit& row : rows) MergeRow(row, &left);
    for (const RowEdit& edit : left) page_rows_.Add(edit.key, edit.code, edit.note);
    return Build(layout);
  }

  // The rows in page_rows_ as a table.
  std::shared_ptr<const Table> Build(const Layout& layout) const {
    const int shift = ChoosePageShift(layout.range(0), page_rows_.size());
    std::vector<std::shared_ptr<const Page>> pages((layout.range(0).span >> shift) + 1);
    MakePages(layout, shift, page_rows_.sorted(), &pages);
    return std::make_shared<const Table>(layout, table_.order(), shift, pages);
  }

  const Table& table_;
  const RelationEdits& edits_;
  const TableNotes notes_;
  Layout layout_;
  std::vector<uint32_t> rows_;  // indexes of the edits that concern the table
  std::vector<Value> values_;   // of these, row-major, in the table's order
  PageRows page_rows_;
};

}  // namespace

std::shared_ptr<const Table> PatchTable(const std::shared_ptr<const Table>& table,
                                        const RelationEdits& edits, TableNotes notes) {
  std::shared_ptr<const Table> patched = Patcher(*table, edits, notes).Run();
  return patched == nullptr ? table : patched;
}

}  // namespace cartograph::rules
