#include "services/row_page.h"

#include "gtest/gtest.h"

namespace cartograph::services {
namespace {

// The pages of a list of `rows` rows of `bytes` each: "0-3 3-5".
std::string Pages(size_t rows, size_t bytes, size_t rows_max, size_t bytes_max) {
  std::string pages;
  std::string position;
  do {
    auto page = RowPage::Begin(position, rows_max, bytes_max);
    if (!page.ok()) return std::string(page.status().message());
    size_t row = page->skip();
    for (; row < rows && page->HasRoom(); ++row) page->Add(bytes);
    pages += (pages.empty() ? "" : " ") + std::to_string(page->skip()) + "-" + std::to_string(row);
    position = page->next_position();
  } while (!position.empty());
  return pages;
}

TEST(RowPageTest, NeitherRepeatsNorSkips) {
  struct Case {
    size_t rows, bytes, rows_max, bytes_max;
    const char* pages;
  };
  for (const Case& c : std::vector<Case>{
           {0, 10, 3, 100, "0-0"},
           {3, 10, 3, 100, "0-3"},
           {4, 10, 3, 100, "0-3 3-4"},
           {6, 10, 3, 100, "0-3 3-6"},
           {5, 10, 100, 19, "0-2 2-4 4-5"},
           {5, 10, 100, 20, "0-3 3-5"},
           // A row larger than a page still gets one.
           {2, 1000, 100, 10, "0-1 1-2"},
       }) {
    EXPECT_EQ(Pages(c.rows, c.bytes, c.rows_max, c.bytes_max), c.pages) << c.rows << " rows";
  }
}

TEST(RowPageTest, RefusesAPositionThatIsNone) {
  for (const char* position : {"diseases/sle", "-1", "1x", "99999999999999999999999"}) {
    EXPECT_EQ(RowPage::Begin(position, 1, 1).status().code(), absl::StatusCode::kInvalidArgument)
        << position;
  }
}

}  // namespace
}  // namespace cartograph::services
