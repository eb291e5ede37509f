// RowPage: which rows of a list stand on one page, counted from the start of the list.
//
// Counting is sound because a page token pins its revision, and at one revision a list never
// changes its order.

#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cartograph::services {

class RowPage {
 public:
  // The page that begins at `position` ("" for the first) and ends after `rows_max` rows, or after
  // the row with which it passes `bytes_max`: a page always has a row if there is one.
  // INVALID_ARGUMENT when `position` is none of a RowPage.
  static absl::StatusOr<RowPage> Begin(absl::string_view position, size_t rows_max,
                                       size_t bytes_max);

  // Rows of the list that stand on earlier pages.
  size_t skip() const { return skip_; }
  // Whether another row may be added. Once it said no, there is a next page.
  bool HasRoom();
  // A row of `bytes` was added.
  void Add(size_t bytes);
  // Where the next page begins; "" when HasRoom never said no.
  std::string next_position() const;

 private:
  RowPage(size_t skip, size_t rows_max, size_t bytes_max)
      : skip_(skip), rows_max_(rows_max), bytes_max_(bytes_max) {}

  size_t skip_;
  size_t rows_max_;
  size_t bytes_max_;
  size_t rows_ = 0;
  size_t bytes_ = 0;
  bool full_ = false;
};

}  // namespace cartograph::services
