// Printer: what a command found, in the format that was asked for.

#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/table.h"
#include "google/protobuf/message.h"

namespace cartograph::clients {

enum class OutputFormat { kTable, kJson, kJsonl, kTsv, kTextproto, kName };

// The formats by name, as -o takes them.
std::vector<std::string> OutputFormatNames();
// REQUIRES: one of the names.
OutputFormat OutputFormatOf(absl::string_view name);

// One thing to print.
struct Item {
  std::vector<std::string> cells;                      // for table and tsv: one a column
  std::string name;                                    // for name: what other commands take
  const google::protobuf::Message* message = nullptr;  // for textproto, json and jsonl
  std::string json;                                    // instead of the message's own, when set
};

struct PrinterOptions {
  OutputFormat format = OutputFormat::kTable;
  std::vector<TableColumn> columns;
  TableStyle style;
  // In textproto each message stands in this field of a list, so that the whole is one message; ""
  // for messages that stand alone.
  std::string list_field;
  // In json a list is an array, even of one; false for a thing that stands alone.
  bool list = true;
};

// Writes items as they come; a table in blocks, so that memory stays bounded.
//
//   table      aligned columns with heads
//   json       one array of objects, indented
//   jsonl      one object a line
//   tsv        heads and cells between tabs; tab, line break and backslash in a cell are \t, \n and
//   \\ textproto  protobuf text format, which apply and import read name       one name a line,
//   each once
class Printer {
 public:
  Printer(std::ostream* out, PrinterOptions options);

  void Add(const Item& item);
  // Writes what is still held back, and the end of the format. Call it once, last. DATA_LOSS when
  // an item had no JSON form, such as a time out of range: it has been left out.
  absl::Status Finish();

  size_t items() const { return items_; }
  size_t cells_cut() const { return table_.cells_cut(); }

 private:
  void AddTableRow(const Item& item);
  void AddTsvRow(const std::vector<std::string>& cells);
  void AddJson(const Item& item);
  void AddTextproto(const google::protobuf::Message& message);

  std::ostream& out_;
  const PrinterOptions options_;
  Table table_;
  size_t items_ = 0;
  absl::flat_hash_set<std::string> names_;
  absl::Status failure_;
};

// protobuf's JSON on one line, with the field names of its mapping (lowerCamelCase). Fields that
// are not set are left out of entities and proofs only. DATA_LOSS when it has none.
absl::StatusOr<std::string> CompactJson(const google::protobuf::Message& message);
// The same JSON, indented by two.
std::string IndentedJson(absl::string_view json);
// A JSON object on one line. Values are JSON already; keys are not.
std::string JsonObject(const std::vector<std::pair<std::string, std::string>>& members);
std::string JsonString(absl::string_view text);
// protobuf's text format, UTF-8 left as it is.
std::string Textproto(const google::protobuf::Message& message);
// Text between tabs: tab, line break and backslash escaped.
std::string TsvCell(absl::string_view text);

}  // namespace cartograph::clients
