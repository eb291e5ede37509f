#include "services/row_page.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/grpc_status.h"

namespace cartograph::services {

absl::StatusOr<RowPage> RowPage::Begin(absl::string_view position, size_t rows_max,
                                       size_t bytes_max) {
  size_t skip = 0;
  if (!position.empty() && !absl::SimpleAtoi(position, &skip)) {
    return InvalidField("page_token", "the token is of another list");
  }
  return RowPage(skip, rows_max, bytes_max);
}

bool RowPage::HasRoom() {
  full_ = full_ || rows_ >= rows_max_ || bytes_ > bytes_max_;
  return !full_;
}

void RowPage::Add(size_t bytes) {
  ++rows_;
  bytes_ += bytes;
}

std::string RowPage::next_position() const { return full_ ? absl::StrCat(skip_ + rows_) : ""; }

}  // namespace cartograph::services
