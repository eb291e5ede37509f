#include "rules/fact_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "absl/strings/match.h"
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

// Takes the fields of one line, from left to right.
class FieldReader {
 public:
  explicit FieldReader(const IoParameters& format)
      : format_(format), brackets_(format.delimiter.find(',') != std::string::npos) {}

  void Begin(absl::string_view line) { rest_ = line; }
  bool done() const { return rest_.data() == nullptr; }

  // The next field; valid until the next call. REQUIRES: not done.
  absl::StatusOr<absl::string_view> Next() {
    if (format_.rfc4180) {
      return !rest_.empty() && rest_.front() == '"' ? NextQuoted() : Cut(FindDelimiter(0));
    }
    if (!brackets_) return Cut(FindDelimiter(0));
    ASSIGN_OR_RETURN(const size_t end, EndOfBrackets());
    return Cut(end);
  }

 private:
  size_t FindDelimiter(size_t from) const {
    return format_.delimiter.size() == 1 ? rest_.find(format_.delimiter[0], from)
                                         : rest_.find(format_.delimiter, from);
  }

  bool AtDelimiter(size_t at) const {
    return absl::StartsWith(rest_.substr(at), format_.delimiter);
  }

  // Takes the field up to `end` and the delimiter behind it.
  absl::string_view Cut(size_t end) {
    const absl::string_view field = rest_.substr(0, end);
    rest_ = end >= rest_.size() ? absl::string_view()  // null: done
                                : rest_.substr(end + format_.delimiter.size());
    return field;
  }

  // The joiner has seen to it that the quotes are closed.
  absl::StatusOr<absl::string_view> NextQuoted() {
    unquoted_.clear();
    size_t at = 1;
    while (rest_[at] != '"' || (at + 1 < rest_.size() && rest_[at + 1] == '"')) {
      unquoted_.push_back(rest_[at]);
      at += rest_[at] == '"' ? 2 : 1;
    }
    ++at;
    if (at < rest_.size() && !AtDelimiter(at)) {
      return absl::InvalidArgumentError("expected the delimiter behind a quoted field");
    }
    Cut(at);
    return unquoted_;
  }

  // Where the field ends of which brackets may hold delimiters.
  absl::StatusOr<size_t> EndOfBrackets() const {
    int depth = 0;
    bool held = false;  // a delimiter stood in the brackets that were closed last
    for (size_t at = 0; at < rest_.size(); ++at) {
      const bool delimiter = AtDelimiter(at);
      if (delimiter && depth == 0) return at;
      if (held && depth == 0) break;
      held = held || delimiter;
      depth += rest_[at] == '[' ? 1 : rest_[at] == ']' ? -1 : 0;
      if (depth < 0) break;
      if (at + 1 == rest_.size() && depth == 0) return rest_.size();
    }
    if (rest_.empty()) return 0;
    return absl::InvalidArgumentError("the brackets of a field are not in pairs");
  }

  const IoParameters& format_;
  const bool brackets_;
  absl::string_view rest_;
  std::string unquoted_;
};

// Joins the lines that a quoted field runs over (rfc4180).
class LineJoiner {
 public:
  explicit LineJoiner(const IoParameters& format) : format_(format) {}

  // Takes the next line, its "\r" included. Whether row() is complete with it.
  bool Add(absl::string_view line) {
    if (!in_quotes_) row_.clear();
    if (in_quotes_) row_ += '\n';
    absl::StrAppend(&row_, line);
    Scan(line);
    return !in_quotes_;
  }

  absl::string_view row() const { return row_; }
  bool in_quotes() const { return in_quotes_; }

 private:
  void Scan(absl::string_view line) {
    bool field_begins = !in_quotes_;
    for (size_t at = 0; at < line.size();) {
      if (in_quotes_) {
        const size_t quote = line.find('"', at);
        if (quote == absl::string_view::npos) return;
        in_quotes_ = quote + 1 < line.size() && line[quote + 1] == '"';
        at = quote + (in_quotes_ ? 2 : 1);
      } else if (field_begins && line[at] == '"') {
        in_quotes_ = true;
        ++at;
      } else {
        const size_t delimiter = line.find(format_.delimiter, at);
        if (delimiter == absl::string_view::npos) return;
        at = delimiter + format_.delimiter.size();
      }
      field_begins = true;
    }
  }

  const IoParameters& format_;
  std::string row_;
  bool in_quotes_ = false;
};

// Turns the lines of one file into rows.
class RowReader {
 public:
  RowReader(const Predicate& predicate, const IoParameters& format, const Program& program)
      : predicate_(predicate),
        column_of_field_(format.column_of_field),
        program_(program),
        fields_(format) {}

  absl::Status Line(absl::string_view line, Rows* rows) {
    if (!line.empty() && line.back() == '\r') {
      line.remove_suffix(1);
    }
    const size_t arity = predicate_.columns.size();
    rows->present = rows->present || arity == 0;
    const size_t begin = rows->values.size();
    rows->values.resize(begin + arity);
    fields_.Begin(line);
    size_t filled = 0;
    for (size_t field = 0; filled < arity; ++field) {
      if (fields_.done()) {
        return absl::InvalidArgumentError(
            absl::StrCat("expected ", FieldsNeeded(), " columns, found ", field));
      }
      ASSIGN_OR_RETURN(const absl::string_view text, fields_.Next());
      const size_t column = column_of_field_.empty() ? field : column_of_field_[field];
      if (column == IoParameters::kNoColumn) continue;
      ++filled;
      ASSIGN_OR_RETURN(rows->values[begin + column], Read(predicate_.columns[column], text));
    }
    return absl::OkStatus();
  }

 private:
  size_t FieldsNeeded() const {
    return column_of_field_.empty() ? predicate_.columns.size() : column_of_field_.size();
  }

  absl::StatusOr<Value> Read(const Column& column, absl::string_view text) const {
    if (int32_t number = 0; column.kind == ValueKind::kNumber && ParseShortNumber(text, &number)) {
      return Value::Number(number);
    }
    absl::StatusOr<Value> value = ParseValue(text, column.type, program_, program_.interning.get());
    if (!value.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("column ", column.name, ": ", value.status().message()));
    }
    return value;
  }

  const Predicate& predicate_;
  const std::vector<size_t>& column_of_field_;
  const Program& program_;
  FieldReader fields_;
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

// The rows of `file`, line by line; `number` is that of the line reached.
absl::Status ReadRows(std::FILE* file, const IoParameters& format, RowReader* reader, Rows* rows,
                      uint64_t* number) {
  LineJoiner joiner(format);
  RETURN_IF_ERROR(ForEachLine(file, [&](absl::string_view line) {
    if (++*number == 1 && format.headers) return absl::OkStatus();
    if (!format.rfc4180) return reader->Line(line, rows);
    return joiner.Add(line) ? reader->Line(joiner.row(), rows) : absl::OkStatus();
  }));
  return joiner.in_quotes() ? absl::InvalidArgumentError("a quoted field does not end")
                            : absl::OkStatus();
}

void AppendField(absl::string_view text, ValueKind kind, const IoParameters& format,
                 std::string* line) {
  if (format.rfc4180 && (kind == ValueKind::kSymbol || kind == ValueKind::kRecord)) {
    absl::StrAppend(line, "\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
  } else {
    absl::StrAppend(line, text);
  }
}

}  // namespace

absl::StatusOr<Rows> ReadFactFile(const std::string& path, PredicateId predicate,
                                  const IoParameters& format, const Program& program) {
  std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) {
    return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  Rows rows{predicate, {}, false};
  RowReader reader(program.predicate(predicate), format, program);
  uint64_t number = 0;
  absl::Status status = ReadRows(file.get(), format, &reader, &rows, &number);
  if (!status.ok()) {
    return absl::Status(status.code(), absl::StrCat(path, ":", number, ": ", status.message()));
  }
  return rows;
}

void WriteHeader(const Predicate& predicate, const IoParameters& format, std::ostream* out) {
  *out << absl::StrJoin(
              predicate.columns, format.header_delimiter,
              [](std::string* text, const Column& column) { absl::StrAppend(text, column.name); })
       << '\n';
}

void WriteFacts(const Model& model, PredicateId predicate, const IoParameters& format,
                std::ostream* out) {
  const std::vector<Column>& columns = model.program().predicate(predicate).columns;
  std::string line;
  std::string field;
  model.relation(predicate).ForEach([&](TupleView values) {
    line = columns.empty() ? "()" : "";
    for (size_t i = 0; i < columns.size(); ++i) {
      const bool quoted = format.rfc4180 && columns[i].kind == ValueKind::kRecord;
      field.clear();
      AppendText(values[i], columns[i].type, model.program(), model.interning(),
                 quoted ? TextStyle::kTableQuoted : TextStyle::kTable, &field);
      absl::StrAppend(&line, i == 0 ? "" : format.delimiter);
      AppendField(field, columns[i].kind, format, &line);
    }
    line += '\n';
    out->write(line.data(), static_cast<std::streamsize>(line.size()));
    return out->good();
  });
}

}  // namespace cartograph::rules
