#include "clients/cli/table.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/check.h"
#include "clients/cli/display_width.h"

namespace cartograph::clients {
namespace {

constexpr size_t kGap = 2;
// Below this a column says nothing any more; then lines are longer than the terminal.
constexpr size_t kColumnWidthMin = 8;
// With less room than this for values, they are not wrapped.
constexpr size_t kValueWidthMin = 20;

}  // namespace

Table::Table(std::vector<TableColumn> columns, const TableStyle& style)
    : columns_(std::move(columns)), style_(style), widths_(columns_.size(), 0) {}

void Table::Add(std::vector<std::string> cells) {
  CHECK(cells.size() == columns_.size());
  for (std::string& cell : cells) {
    cell = OnOneLine(cell);
  }
  rows_.push_back(std::move(cells));
}

void Table::Write(std::ostream& out) {
  if (rows_.empty()) {
    return;
  }
  std::vector<std::string> heads;
  for (const TableColumn& column : columns_) {
    heads.push_back(column.head);
  }
  if (style_.heads) {
    Widen(heads);
  }
  for (const std::vector<std::string>& row : rows_) {
    Widen(row);
  }
  FitWidths();
  if (style_.heads && !std::exchange(heads_written_, true)) {
    WriteRow(heads, /*head=*/true, out);
  }
  for (const std::vector<std::string>& row : rows_) {
    WriteRow(row, /*head=*/false, out);
  }
  rows_.clear();
}

void Table::Widen(const std::vector<std::string>& cells) {
  for (size_t i = 0; i < cells.size(); ++i) {
    widths_[i] = std::max(widths_[i], DisplayWidth(cells[i]));
  }
}

void Table::FitWidths() {
  if (style_.width_max == 0 || widths_.empty()) {
    return;
  }
  size_t gaps = kGap * (widths_.size() - 1);
  size_t total = std::accumulate(widths_.begin(), widths_.end(), gaps);
  for (bool text_only : {true, false}) {
    size_t* widest = Widest(text_only);
    while (total > style_.width_max && widest != nullptr && *widest > kColumnWidthMin) {
      --*widest;
      --total;
      widest = Widest(text_only);
    }
  }
}

size_t* Table::Widest(bool text_only) {
  size_t* widest = nullptr;
  for (size_t i = 0; i < widths_.size(); ++i) {
    if ((columns_[i].text || !text_only) && (widest == nullptr || widths_[i] > *widest)) {
      widest = &widths_[i];
    }
  }
  return widest;
}

void Table::WriteRow(const std::vector<std::string>& cells, bool head, std::ostream& out) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    line += Fitted(cells[i], i, head);
    line.append(i + 1 < cells.size() ? kGap : 0, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out << (head ? style_.terminal.Bold(line) : line) << '\n';
}

std::string Table::Fitted(const std::string& cell, size_t column, bool head) {
  size_t width = widths_[column];
  size_t taken = DisplayWidth(cell);
  std::string text = cell;
  if (taken > width) {
    text = std::string(PrefixOfWidth(cell, width - 1)) + "…";
    taken = DisplayWidth(text);
    cells_cut_ += head ? 0 : 1;
  }
  std::string padding(width - taken, ' ');
  return columns_[column].right ? padding + text : text + padding;
}

void WritePairs(const std::vector<std::pair<std::string, std::string>>& pairs,
                const TableStyle& style, std::ostream& out) {
  size_t name_width = 0;
  for (const auto& [name, value] : pairs) {
    name_width = std::max(name_width, DisplayWidth(name));
  }
  size_t indent = name_width + kGap;
  size_t value_width = style.width_max > indent + kValueWidthMin ? style.width_max - indent : 0;
  for (const auto& [name, value] : pairs) {
    std::string lead = style.terminal.Bold(name) + std::string(indent - DisplayWidth(name), ' ');
    for (const std::string& line : Wrapped(OnOneLine(value), value_width)) {
      out << std::exchange(lead, std::string(indent, ' ')) << line << '\n';
    }
  }
}

}  // namespace cartograph::clients
