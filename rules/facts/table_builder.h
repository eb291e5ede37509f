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

// Rows in ascending order: parallel arrays, `origins` null when all have `origin`.
struct SortedRows {
  const uint32_t* keys = nullptr;
  const uint64_t* codes = nullptr;
  const uint16_t* origins = nullptr;
  uint16_t origin = 0;
  size_t count = 0;
  const uint32_t* derivations = nullptr;  // of each row; null where they are not counted

  static SortedRows Of(const RowBuffer& rows) {
    return {rows.keys.data(), rows.codes.data(),
            rows.origins.empty() ? nullptr : rows.origins.data(), 0, rows.size()};
  }
  SortedRows Slice(size_t begin, size_t end) const {
    return {keys + begin, codes + begin, origins == nullptr ? nullptr : origins + begin,
            origin,       end - begin,   derivations == nullptr ? nullptr : derivations + begin};
  }
};

// Keys a page, as a power of two: small enough that a page holds about kPageRows of `rows` rows,
// large enough that a sparse range does not need more pages than it has rows to fill them.
int ChoosePageShift(const ColumnRange& keys, uint64_t rows);

// The page of `rows`, which are those of one aligned range of 2^shift keys and not none.
std::shared_ptr<const Page> MakePage(const Layout& layout, int shift, const SortedRows& rows);

// `page` with other counts of derivations, one a row; everything else is shared.
std::shared_ptr<const Page> WithCounts(const Page& page, absl::Span<const uint32_t> counts);

// The pages of `rows`, by number, into `pages`, which has a place for each. Pages of other rows are
// left as they are.
void MakePages(const Layout& layout, int shift, const SortedRows& rows,
               std::vector<std::shared_ptr<const Page>>* pages);

// Sorts and builds in one go.
std::shared_ptr<const Table> BuildTable(Layout layout, std::vector<uint32_t> order, RowBuffer rows,
                                        uint16_t origin);

}  // namespace cartograph::rules
