#include "clients/cli/output.h"

#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/check.h"

namespace cartograph::clients {
namespace {

using Json = nlohmann::ordered_json;

// Rows of one block of a table.
constexpr size_t kTableBlockRows = 1000;
constexpr int kJsonIndent = 2;

struct NamedFormat {
  const char* name;
  OutputFormat format;
};

constexpr NamedFormat kFormats[] = {
    {"table", OutputFormat::kTable},         {"json", OutputFormat::kJson},
    {"jsonl", OutputFormat::kJsonl},         {"tsv", OutputFormat::kTsv},
    {"textproto", OutputFormat::kTextproto}, {"name", OutputFormat::kName}};

std::string Dump(const Json& json, int indent) {
  return json.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

std::string Indented(absl::string_view text, absl::string_view indent) {
  return absl::StrReplaceAll(text, {{"\n", absl::StrCat("\n", indent)}});
}

// Of these messages a reader wants what is set; of all others, zeros and falses too.
bool HasManyFields(const google::protobuf::Descriptor& type) {
  return type.name() == "Entity" || type.name() == "Proof";
}

std::vector<std::string> Heads(const std::vector<TableColumn>& columns) {
  std::vector<std::string> heads;
  for (const TableColumn& column : columns) {
    heads.push_back(column.head);
  }
  return heads;
}

}  // namespace

std::vector<std::string> OutputFormatNames() {
  std::vector<std::string> names;
  for (const NamedFormat& format : kFormats) {
    names.emplace_back(format.name);
  }
  return names;
}

OutputFormat OutputFormatOf(absl::string_view name) {
  for (const NamedFormat& format : kFormats) {
    if (name == format.name) {
      return format.format;
    }
  }
  CHECK(false);
}

Printer::Printer(std::ostream* out, PrinterOptions options)
    : out_(*out), options_(std::move(options)), table_(options_.columns, options_.style) {
  if (options_.format == OutputFormat::kTsv && options_.style.heads) {
    AddTsvRow(Heads(options_.columns));
  }
}

void Printer::Add(const Item& item) {
  switch (options_.format) {
    case OutputFormat::kTable:
      AddTableRow(item);
      break;
    case OutputFormat::kTsv:
      AddTsvRow(item.cells);
      break;
    case OutputFormat::kJson:
    case OutputFormat::kJsonl:
      AddJson(item);
      break;
    case OutputFormat::kTextproto:
      AddTextproto(*item.message);
      break;
    case OutputFormat::kName:
      if (names_.insert(item.name).second) {
        out_ << item.name << '\n';
      }
      break;
  }
  ++items_;
}

absl::Status Printer::Finish() {
  if (options_.format == OutputFormat::kTable) {
    table_.Write(out_);
  }
  if (options_.format == OutputFormat::kJson && options_.list) {
    out_ << (items_ == 0 ? "[]\n" : "\n]\n");
  }
  return failure_;
}

void Printer::AddTableRow(const Item& item) {
  table_.Add(item.cells);
  if (table_.rows_waiting() == kTableBlockRows) {
    table_.Write(out_);
  }
}

void Printer::AddTsvRow(const std::vector<std::string>& cells) {
  auto append = [](std::string* out, const std::string& cell) { out->append(TsvCell(cell)); };
  out_ << absl::StrJoin(cells, "\t", append) << '\n';
}

void Printer::AddJson(const Item& item) {
  absl::StatusOr<std::string> own = item.json.empty() ? CompactJson(*item.message) : item.json;
  if (!own.ok()) {
    failure_.Update(own.status());
    return;
  }
  const std::string& json = *own;
  if (options_.format == OutputFormat::kJsonl) {
    out_ << json << '\n';
  } else if (options_.list) {
    out_ << (items_ == 0 ? "[\n  " : ",\n  ") << Indented(IndentedJson(json), "  ");
  } else {
    out_ << IndentedJson(json) << '\n';
  }
}

void Printer::AddTextproto(const google::protobuf::Message& message) {
  std::string text = Textproto(message);
  if (options_.list_field.empty()) {
    out_ << text;
    return;
  }
  text.erase(text.find_last_not_of('\n') + 1);
  out_ << options_.list_field << " {\n  " << Indented(text, "  ") << "\n}\n";
}

absl::StatusOr<std::string> CompactJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = !HasManyFields(*message.GetDescriptor());
  std::string json;
  auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) {
    return absl::DataLossError(
        absl::StrCat("a ", message.GetDescriptor()->name(),
                     " of the server has no JSON form: ", status.message().ToString()));
  }
  return json;
}

std::string IndentedJson(absl::string_view json) {
  return Dump(Json::parse(json.begin(), json.end(), nullptr, /*allow_exceptions=*/false),
              kJsonIndent);
}

std::string JsonObject(const std::vector<std::pair<std::string, std::string>>& members) {
  auto append = [](std::string* out, const std::pair<std::string, std::string>& member) {
    absl::StrAppend(out, JsonString(member.first), ":", member.second);
  };
  return absl::StrCat("{", absl::StrJoin(members, ",", append), "}");
}

std::string JsonString(absl::string_view text) { return Dump(Json(std::string(text)), -1); }

std::string Textproto(const google::protobuf::Message& message) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  CHECK(printer.PrintToString(message, &text));
  return text;
}

std::string TsvCell(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\t", "\\t"}, {"\n", "\\n"}, {"\r", "\\r"}});
}

}  // namespace cartograph::clients
