// From what a stratum derived to tables.

#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "rules/facts/table_builder.h"

namespace cartograph::rules {

// The table of `rows`, which are ascending in `layout`, laid out anew in the exact ranges of their
// columns.
std::shared_ptr<const Table> BuildExactTable(const Layout& layout, std::vector<uint32_t> order,
                                             RowBuffer rows);

// A table made window by window.
//
// Thread-safety: Append may be called from any thread, for different windows.
class ResultTable {
 public:
  // `window_keys`: a power of two.
  ResultTable(Layout layout, std::vector<uint32_t> order, uint64_t window_keys);

  // Adds the ascending rows of a window; returns the bytes they took.
  size_t Append(const RowBuffer& rows);
  // The table: laid out anew where the windows gave a wrong idea of how wide the columns are, or
  // how many rows a page has.
  std::shared_ptr<const Table> Finish();

 private:
  // Keys a page, as a power of two: as many as hold kPageRows, if all windows are like the first.
  int ShiftFor(const RowBuffer& rows);

  Layout layout_;
  std::vector<uint32_t> order_;
  int window_shift_;
  base::Mutex mutex_;
  int shift_ ABSL_GUARDED_BY(mutex_) = -1;  // keys a page, known when the first rows come
  // Each window writes the places of its own pages.
  std::vector<std::shared_ptr<const Page>> pages_;
  std::atomic<uint64_t> rows_{0};
  std::atomic<uint64_t> pages_used_{0};
};

}  // namespace cartograph::rules
