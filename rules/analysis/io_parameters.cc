#include "rules/analysis/io_parameters.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace cartograph::rules {
namespace {

constexpr size_t kFieldsMax = 10'000;  // of a line that .input picks columns from

struct Supported {
  DirectiveSyntax::Kind kind;
  std::vector<absl::string_view> keys;
  std::vector<absl::string_view> targets;  // values of IO
};

const Supported& SupportedFor(DirectiveSyntax::Kind kind) {
  using Kind = DirectiveSyntax::Kind;
  static const auto* const kSupported = new std::vector<Supported>{
      {Kind::kInput, {"IO", "filename", "delimiter", "headers", "rfc4180", "columns"}, {"file"}},
      {Kind::kOutput,
       {"IO", "filename", "delimiter", "headers", "rfc4180"},
       {"file", "stdout", "stdoutprintsize"}},
      {Kind::kPrintSize, {"IO"}, {"stdoutprintsize"}},
      {Kind::kLimitSize, {"n"}, {}}};
  return *std::find_if(kSupported->begin(), kSupported->end(),
                       [&](const Supported& supported) { return supported.kind == kind; });
}

bool IsOneOf(absl::string_view word, const std::vector<absl::string_view>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

const std::string* Find(const ParameterList& parameters, absl::string_view key) {
  for (const auto& [name, value] : parameters) {
    if (name == key) return &value;
  }
  return nullptr;
}

// "2:0": the first column stands in field 2, the second in field 0. Nothing when it is malformed or
// does not name a field for each column.
std::vector<size_t> ParseColumns(absl::string_view text, size_t arity) {
  std::vector<size_t> column_of_field;
  size_t column = 0;
  for (absl::string_view word : absl::StrSplit(text, ':')) {
    size_t field = 0;
    if (!absl::SimpleAtoi(word, &field) || field >= kFieldsMax) return {};
    column_of_field.resize(std::max(column_of_field.size(), field + 1), IoParameters::kNoColumn);
    if (column_of_field[field] != IoParameters::kNoColumn) return {};
    column_of_field[field] = column++;
  }
  if (column != arity) return {};
  return column_of_field;
}

std::string WrongValue(absl::string_view key, absl::string_view value, absl::string_view wanted) {
  return absl::StrCat("'", key, "' is \"", value, "\", which is not supported: ", wanted);
}

// As above, of a parameter whose key is supported.
std::string RefusalOfValue(const Supported& supported, absl::string_view key,
                           const std::string& value, const ParameterList& parameters,
                           size_t arity) {
  if (key == "IO" && !IsOneOf(value, supported.targets)) {
    return WrongValue(key, value,
                      absl::StrCat("it can be ", absl::StrJoin(supported.targets, ", ")));
  }
  if ((key == "headers" || key == "rfc4180") && value != "true" && value != "false") {
    return WrongValue(key, value, "it can be true or false");
  }
  if (key == "delimiter" && value.empty()) return "the delimiter is empty";
  const std::string* rfc4180 = Find(parameters, "rfc4180");
  if (key == "delimiter" && value.find('"') != std::string::npos && rfc4180 != nullptr &&
      *rfc4180 == "true") {
    return "with rfc4180 a quotation mark cannot delimit";
  }
  if (key == "filename" && value.empty()) return "the file name is empty";
  if (key == "columns" && ParseColumns(value, arity).empty()) {
    return WrongValue(key, value,
                      absl::StrCat("it names ", arity, " different fields, as in \"0:2\""));
  }
  return "";
}

}  // namespace

std::string RefusalOf(DirectiveSyntax::Kind kind, const ParameterList& parameters, size_t index,
                      size_t arity) {
  const auto& [key, value] = parameters[index];
  const Supported& supported = SupportedFor(kind);
  if (!IsOneOf(key, supported.keys)) {
    return absl::StrCat("the parameter '", key, "' is not supported here: there ",
                        supported.keys.size() == 1 ? "is " : "are ",
                        absl::StrJoin(supported.keys, ", "));
  }
  for (size_t before = 0; before < index; ++before) {
    if (parameters[before].first == key) return absl::StrCat("'", key, "' is given twice");
  }
  return RefusalOfValue(supported, key, value, parameters, arity);
}

IoParameters UnderstandParameters(const ParameterList& parameters, size_t arity) {
  IoParameters understood;
  for (const auto& [key, value] : parameters) {
    if (key == "filename") understood.filename = value;
    if (key == "headers") understood.headers = value == "true";
    if (key == "rfc4180") understood.rfc4180 = value == "true";
    if (key == "columns") understood.column_of_field = ParseColumns(value, arity);
    if (key == "n") (void)absl::SimpleAtoi(value, &understood.size_max);
    if (key != "IO") continue;
    understood.target = value == "file"     ? IoParameters::Target::kFile
                        : value == "stdout" ? IoParameters::Target::kStdout
                                            : IoParameters::Target::kStdoutSize;
  }
  if (understood.rfc4180) understood.delimiter = ",";
  if (const std::string* delimiter = Find(parameters, "delimiter")) {
    understood.delimiter = understood.header_delimiter = *delimiter;
  }
  return understood;
}

}  // namespace cartograph::rules
