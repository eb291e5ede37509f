#include "importers/table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/utf8.h"

namespace cartograph::importers {
namespace {

// Takes a cell in quotes from the front of `*row`; the delimiter behind it stays.
absl::Status TakeQuoted(absl::string_view* row, char delimiter, std::string* cell) {
  size_t at = 1;
  for (;;) {
    const size_t quote = row->find('"', at);
    if (quote == absl::string_view::npos) {
      return absl::InvalidArgumentError("a quote is not closed");
    }
    absl::StrAppend(cell, row->substr(at, quote - at));
    at = quote + 1;
    if (at == row->size() || (*row)[at] != '"') {
      break;
    }
    cell->push_back('"');
    ++at;
  }
  if (at < row->size() && (*row)[at] != delimiter) {
    return absl::InvalidArgumentError("behind a closing quote stands more than the delimiter");
  }
  row->remove_prefix(at);
  return absl::OkStatus();
}

// Takes a cell from the front of `*row`; the delimiter behind it stays.
absl::Status TakeCell(absl::string_view* row, char delimiter, std::string* cell) {
  if (!row->empty() && row->front() == '"') {
    return TakeQuoted(row, delimiter, cell);
  }
  *cell = std::string(row->substr(0, row->find(delimiter)));
  row->remove_prefix(cell->size());
  return absl::OkStatus();
}

bool IsOdd(const std::string& text) { return std::count(text.begin(), text.end(), '"') % 2 == 1; }

}  // namespace

absl::StatusOr<std::vector<std::string>> ParseRow(absl::string_view row, char delimiter) {
  std::vector<std::string> cells;
  for (bool more = true; more;) {
    RETURN_IF_ERROR(TakeCell(&row, delimiter, &cells.emplace_back()));
    more = !row.empty();
    row.remove_prefix(more ? 1 : 0);
  }
  return cells;
}

bool TableRow::Has(absl::string_view column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

const std::string& TableRow::At(absl::string_view column) const {
  static const auto& none = *new std::string;
  auto found = std::find(columns_.begin(), columns_.end(), column);
  return found == columns_.end() ? none : cells_[static_cast<size_t>(found - columns_.begin())];
}

TableReader::TableReader(std::istream* in, char delimiter, char comment)
    : lines_(in), delimiter_(delimiter) {
  while (ReadRow()) {
    if (comment == '\0' || raw_.bytes[0] != comment) {
      columns_ = ParseRow(raw_.bytes, delimiter).value_or(std::vector<std::string>());
      return;
    }
    comments_.push_back(raw_.bytes);
  }
}

bool TableReader::ReadRow() {
  raw_ = RawRecord();
  do {
    if (!lines_.Next()) {
      return false;
    }
  } while (absl::StripAsciiWhitespace(lines_.line()).empty());
  raw_.line = lines_.number();
  raw_.bytes = lines_.line();
  bool open = IsOdd(lines_.line());
  while (open && raw_.bytes.size() < kRecordBytesMax && lines_.Next()) {
    absl::StrAppend(&raw_.bytes, "\n", lines_.line());
    open = open != IsOdd(lines_.line());
  }
  if (raw_.bytes.size() > kRecordBytesMax) {
    raw_.bytes.resize(kRecordBytesMax);
    raw_.fault =
        absl::InvalidArgumentError(absl::StrCat("it is larger than ", kRecordBytesMax, " bytes"));
  }
  return true;
}

bool TableReader::Next() { return ReadRow(); }

absl::StatusOr<TableRow> TableReader::Row() const {
  RETURN_IF_ERROR(raw_.fault);
  if (auto bad = base::FirstInvalidUtf8(raw_.bytes); bad.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat("it is not UTF-8: see its byte ", *bad));
  }
  ASSIGN_OR_RETURN(std::vector<std::string> cells, ParseRow(raw_.bytes, delimiter_));
  if (cells.size() != columns_.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("it has ", cells.size(), " cells under ", columns_.size(), " heads"));
  }
  return TableRow(&columns_, std::move(cells));
}

}  // namespace cartograph::importers
