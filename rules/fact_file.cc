#include "rules/fact_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/status.h"
#include "rules/facts/value_text.h"
#include "rules/value_parse.h"

namespace cartograph::rules {
namespace {

constexpr size_t kPieceBytes = 1 << 20;

// The common case by hand: an optional minus and up to nine digits, which always fit. False for
// anything else.
bool ParseShortNumber(absl::string_view text, int32_t* number) {
  const bool negative = !text.empty() && text.front() == '-';
  text.remove_prefix(negative ? 1 : 0);
  if (text.empty() || text.size() > 9) {
    return false;
  }
  int32_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return false;
    }
    value = value * 10 + (c - '0');
  }
  *number = negative ? -value : value;
  return true;
}

// Turns the lines of one file into rows.
class LineReader {
 public:
  LineReader(const Predicate& predicate, const FactFileFormat& format, const Program& program)
      : predicate_(predicate), format_(format), program_(program) {}

  absl::Status Line(absl::string_view line, Rows* rows) {
    if (!line.empty() && line.back() == '\r') {
      line.remove_suffix(1);
    }
    if (predicate_.columns.empty()) {
      rows->present = rows->present || line == "()";
      return line == "()" || line.empty()
                 ? absl::OkStatus()
                 : absl::InvalidArgumentError("expected () in a relation without columns");
    }
    for (size_t i = 0; i < predicate_.columns.size(); ++i) {
      if (i > 0 && line.data() == nullptr) {
        return absl::InvalidArgumentError(
            absl::StrCat("expected ", predicate_.columns.size(), " columns, found ", i));
      }
      RETURN_IF_ERROR(Field(predicate_.columns[i], NextField(&line), rows));
    }
    return line.data() == nullptr ? absl::OkStatus()
                                  : absl::InvalidArgumentError(absl::StrCat(
                                        "more than ", predicate_.columns.size(), " columns"));
  }

 private:
  // Takes the next field and its delimiter off `line`, which becomes null after the last.
  absl::string_view NextField(absl::string_view* line) {
    if (format_.rfc4180 && !line->empty() && line->front() == '"') {
      return QuotedField(line);
    }
    const size_t end = format_.delimiter.size() == 1 ? line->find(format_.delimiter[0])
                                                     : line->find(format_.delimiter);
    return Cut(line, end);
  }

  absl::string_view Cut(absl::string_view* line, size_t end) const {
    const absl::string_view field = line->substr(0, end);
    *line = end == absl::string_view::npos ? absl::string_view()
                                           : line->substr(end + format_.delimiter.size());
    return field;
  }

  absl::string_view QuotedField(absl::string_view* line) {
    unquoted_.clear();
    size_t at = 1;
    for (; at < line->size(); ++at) {
      if ((*line)[at] == '"' && (at + 1 == line->size() || (*line)[++at] != '"')) {
        break;
      }
      unquoted_.push_back((*line)[at]);
    }
    Cut(line, line->find(format_.delimiter, at));
    return unquoted_;
  }

  absl::Status Field(const Column& column, absl::string_view text, Rows* rows) const {
    if (int32_t number = 0; column.kind == ValueKind::kNumber && ParseShortNumber(text, &number)) {
      rows->values.push_back(Value::Number(number));
      return absl::OkStatus();
    }
    absl::StatusOr<Value> value = ParseValue(text, column.type, program_, program_.interning.get());
    if (!value.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("column ", column.name, ": ", value.status().message()));
    }
    rows->values.push_back(*value);
    return absl::OkStatus();
  }

  const Predicate& predicate_;
  const FactFileFormat& format_;
  const Program& program_;
  std::string unquoted_;
};

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// Calls `visit` with every line of `file`, without its end.
template <typename Visit>
absl::Status ForEachLine(std::FILE* file, const Visit& visit) {
  std::vector<char> piece(kPieceBytes);
  std::string carried;  // the line that the last piece broke off in
  size_t size = 0;
  while ((size = std::fread(piece.data(), 1, piece.size(), file)) > 0) {
    absl::string_view rest(piece.data(), size);
    for (size_t end = rest.find('\n'); end != absl::string_view::npos; end = rest.find('\n')) {
      if (carried.empty()) {
        RETURN_IF_ERROR(visit(rest.substr(0, end)));
      } else {
        absl::StrAppend(&carried, rest.substr(0, end));
        RETURN_IF_ERROR(visit(carried));
        carried.clear();
      }
      rest.remove_prefix(end + 1);
    }
    absl::StrAppend(&carried, rest);
  }
  if (std::ferror(file) != 0) {
    return absl::UnavailableError(std::strerror(errno));
  }
  return carried.empty() ? absl::OkStatus() : visit(carried);
}

void AppendField(absl::string_view text, const FactFileFormat& format, std::string* line) {
  if (!format.rfc4180) {
    absl::StrAppend(line, text);
    return;
  }
  absl::StrAppend(line, "\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

}  // namespace

absl::StatusOr<Rows> ReadFactFile(const std::string& path, PredicateId predicate,
                                  const FactFileFormat& format, const Program& program) {
  std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) {
    return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  Rows rows{predicate, {}, false};
  LineReader reader(program.predicate(predicate), format, program);
  uint64_t number = 0;
  absl::Status status = ForEachLine(file.get(), [&](absl::string_view line) {
    return ++number == 1 && format.headers ? absl::OkStatus() : reader.Line(line, &rows);
  });
  if (!status.ok()) {
    return absl::Status(status.code(), absl::StrCat(path, ":", number, ": ", status.message()));
  }
  return rows;
}

void WriteFacts(const Model& model, PredicateId predicate, const FactFileFormat& format,
                std::ostream* out) {
  const std::vector<Column>& columns = model.program().predicate(predicate).columns;
  if (format.headers) {
    *out << absl::StrJoin(columns, format.delimiter, [](std::string* text, const Column& column) {
      absl::StrAppend(text, column.name);
    }) << '\n';
  }
  std::string line;
  std::string field;
  model.relation(predicate).ForEach([&](TupleView values) {
    line = columns.empty() ? "()" : "";
    for (size_t i = 0; i < columns.size(); ++i) {
      field.clear();
      AppendText(values[i], columns[i].type, model.program(), model.interning(), TextStyle::kTable,
                 &field);
      absl::StrAppend(&line, i == 0 ? "" : format.delimiter);
      AppendField(field, format, &line);
    }
    line += '\n';
    out->write(line.data(), static_cast<std::streamsize>(line.size()));
    return out->good();
  });
}

}  // namespace cartograph::rules
