// Building tables: sorting rows, and cutting sorted rows into pages.

#pragma once

#include <memory>
#include <vector>

#include "rules/facts/table.h"

namespace cartograph::rules {

// Rows in columns: distances of keys from the layout's base, codes, and packed origins (none, or
// one a row).
struct RowBuffer {
  std::vector<uint32_t> keys;
  std::vector<uint64_t> codes;
  std::vector<uint16_t> origins;

  size_t size() const { return keys.size(); }
};

// Sorts `rows` by key, then code, and drops repeats; of repeats with origins an arbitrary but fixed
// one stays.
void SortUnique(const Layout& layout, RowBuffer* rows);

// Cuts ascending rows into pages.
class TableBuilder {
 public:
  // `rows_expected` and `groups_expected` only choose the size of pages.
  TableBuilder(Layout layout, std::vector<uint32_t> order, uint64_t rows_expected);

  // Keys per page: 2^shift.
  int shift() const { return shift_; }
  const Layout& layout() const { return layout_; }

  // Appends rows that are strictly above all before them. `origins` is one a row, or empty: then
  // all have `origin`.
  void Append(absl::Span<const uint32_t> keys, absl::Span<const uint64_t> codes,
              absl::Span<const uint16_t> origins, uint16_t origin);

  std::unique_ptr<const Table> Finish();

 private:
  // Rows of the page being filled.
  size_t pending() const { return keys_.size(); }
  void FinishPage();
  std::shared_ptr<const Page> MakePage() const;
  void FillDirectory(bool dense, uint32_t* offsets, uint32_t* keys) const;

  Layout layout_;
  std::vector<uint32_t> order_;
  int shift_ = 0;
  std::vector<std::shared_ptr<const Page>> pages_;
  uint32_t page_ = 0;  // index of the page being filled
  std::vector<uint32_t> keys_;
  std::vector<uint64_t> codes_;
  std::vector<uint16_t> origins_;
  bool uniform_ = true;  // all of origins_ are equal
};

// Sorts and builds in one go.
std::shared_ptr<const Table> BuildTable(Layout layout, std::vector<uint32_t> order, RowBuffer rows,
                                        uint16_t origin);

}  // namespace cartograph::rules
