// Table: rows in aligned columns.

#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "clients/cli/terminal_style.h"

namespace cartograph::clients {

struct TableColumn {
  std::string head;
  bool right = false;  // numbers stand at the right of their column
  bool text = false;   // free text: cut before names and numbers are
};

struct TableStyle {
  size_t width_max = 0;  // of a line; cells are cut so that it fits. 0: nothing is cut
  bool heads = true;
  TerminalStyle terminal;
};

// Gathers rows and writes them in blocks: each block is aligned by the widest cell so far, in
// columns of a terminal. A column never becomes narrower from one block to the next.
class Table {
 public:
  Table(std::vector<TableColumn> columns, const TableStyle& style);

  // REQUIRES: as many cells as columns.
  void Add(std::vector<std::string> cells);
  // Writes the rows that were added since the last call, before the first of all the heads. Nothing
  // when there are none.
  void Write(std::ostream& out);

  size_t rows_waiting() const { return rows_.size(); }
  // Cells that were written shorter than they are.
  size_t cells_cut() const { return cells_cut_; }

 private:
  void Widen(const std::vector<std::string>& cells);
  // Takes from the widest column of text, then of all, until a line fits.
  void FitWidths();
  size_t* Widest(bool text_only);
  void WriteRow(const std::vector<std::string>& cells, bool head, std::ostream& out);
  // The cell in its column's width, cut or padded.
  std::string Fitted(const std::string& cell, size_t column, bool head);

  const std::vector<TableColumn> columns_;
  const TableStyle style_;
  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
  bool heads_written_ = false;
  size_t cells_cut_ = 0;
};

// Names and values in two columns, for one thing; values are wrapped to the width, never cut.
void WritePairs(const std::vector<std::pair<std::string, std::string>>& pairs,
                const TableStyle& style, std::ostream& out);

}  // namespace cartograph::clients
