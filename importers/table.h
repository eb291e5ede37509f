// Tables in text: CSV (RFC 4180), and TSV with the same quotes.

#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "importers/line_reader.h"
#include "importers/record.h"

namespace cartograph::importers {

// The cells of one row. A cell in double quotes may hold the delimiter and line breaks; "" in it is
// one quote. INVALID_ARGUMENT for a quote that is not closed, or is followed by anything but the
// delimiter.
absl::StatusOr<std::vector<std::string>> ParseRow(absl::string_view row, char delimiter);

// A row by the names of its columns.
class TableRow {
 public:
  TableRow(const std::vector<std::string>* columns, std::vector<std::string> cells)
      : columns_(*columns), cells_(std::move(cells)) {}

  // "" where there is no such column.
  const std::string& At(absl::string_view column) const;
  bool Has(absl::string_view column) const;

 private:
  const std::vector<std::string>& columns_;
  std::vector<std::string> cells_;
};

// Reads rows behind a row of heads. Lines before the heads that begin with `comment` are passed
// over.
class TableReader {
 public:
  // `in` outlives this.
  TableReader(std::istream* in, char delimiter, char comment = '\0');

  const std::vector<std::string>& columns() const { return columns_; }
  // The comment lines, in order.
  const std::vector<std::string>& comments() const { return comments_; }

  // Reads the next row that is not blank into raw(); false at the end.
  bool Next();
  // What Next read.
  const RawRecord& raw() const { return raw_; }
  // Its cells. INVALID_ARGUMENT also when there are not as many as heads, or it is not UTF-8.
  absl::StatusOr<TableRow> Row() const;

 private:
  // Reads a row to its end, over line breaks in quotes.
  bool ReadRow();

  LineReader lines_;
  const char delimiter_;
  std::vector<std::string> columns_;
  std::vector<std::string> comments_;
  RawRecord raw_;
};

}  // namespace cartograph::importers
