#include "clients/cli/atom_argument.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "clients/cli/value_text.h"
#include "rules/syntax/nearest.h"

namespace cartograph::clients {
namespace {

bool IsNameChar(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// The name at the front of `text`, "" when there is none: as the rules write relations, with dots
// for components.
absl::string_view NameAtFront(absl::string_view text) {
  size_t end = 0;
  while (end < text.size() && (IsNameChar(text[end]) || (text[end] == '.' && end > 0))) {
    ++end;
  }
  bool digit = end > 0 && absl::ascii_isdigit(static_cast<unsigned char>(text[0]));
  return digit ? absl::string_view() : text.substr(0, end);
}

// The character that `\c` stands for, as in rule text; nothing when it is no escape.
std::optional<char> Unescaped(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '\'':
      return c;
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    default:
      return std::nullopt;
  }
}

// Reads an atom from left to right.
class AtomReader {
 public:
  explicit AtomReader(absl::string_view text) : text_(text), rest_(text) {}

  absl::StatusOr<AtomText> Read() {
    AtomText atom;
    SkipSpaces();
    absl::string_view name = NameAtFront(rest_);
    atom.predicate = std::string(name);
    rest_.remove_prefix(name.size());
    if (name.empty() || !Take('(')) {
      return Wrong("a name and a parenthesis");
    }
    if (!Take(')')) {
      do {
        ASSIGN_OR_RETURN(ArgumentText argument, ReadArgument());
        atom.arguments.push_back(std::move(argument));
      } while (Take(','));
      if (!Take(')')) {
        return Wrong("a comma or the closing parenthesis");
      }
    }
    Take('.');
    return rest_.empty() ? absl::StatusOr<AtomText>(std::move(atom)) : Wrong("the end");
  }

 private:
  void SkipSpaces() { rest_ = absl::StripLeadingAsciiWhitespace(rest_); }

  // Steps over `c` and the spaces around it; false when something else stands here.
  bool Take(char c) {
    SkipSpaces();
    bool here = absl::ConsumePrefix(&rest_, absl::string_view(&c, 1));
    SkipSpaces();
    return here;
  }

  absl::StatusOr<ArgumentText> ReadArgument() {
    if (absl::ConsumePrefix(&rest_, "\"")) {
      return ReadString();
    }
    size_t end =
        rest_.empty() || (rest_[0] != '[' && rest_[0] != '$') ? EndOfWord() : EndOfRecord();
    absl::string_view word = absl::StripTrailingAsciiWhitespace(rest_.substr(0, end));
    if (word.empty()) {
      return Wrong("a value");
    }
    rest_.remove_prefix(end);
    return ArgumentText{std::string(word), /*quoted=*/false, ""};
  }

  absl::StatusOr<ArgumentText> ReadString() {
    ArgumentText argument{"", /*quoted=*/true, ""};
    while (!rest_.empty() && rest_[0] != '"') {
      char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '\\') {
        std::optional<char> meant = rest_.empty() ? std::nullopt : Unescaped(rest_[0]);
        if (!meant.has_value()) {
          return Wrong("one of \\\" \\\\ \\n \\t \\r");
        }
        rest_.remove_prefix(1);
        c = *meant;
      }
      argument.text += c;
    }
    if (!absl::ConsumePrefix(&rest_, "\"")) {
      return Wrong("the closing quote");
    }
    return argument;
  }

  size_t EndOfWord() const {
    size_t end = rest_.find_first_of(",()");
    return end == absl::string_view::npos ? rest_.size() : end;
  }

  // Past the bracket that closes the first one; strings in it may hold brackets.
  size_t EndOfRecord() const {
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < rest_.size(); ++i) {
      char c = rest_[i];
      if (in_string) {
        i += c == '\\' ? 1 : 0;
        in_string = c != '"';
        continue;
      }
      in_string = c == '"';
      depth += c == '[' || c == '(' ? 1 : 0;
      if (depth == 0 && (c == ',' || c == ')')) {
        return i;
      }
      depth -= c == ']' || c == ')' ? 1 : 0;
    }
    return rest_.size();
  }

  absl::Status Wrong(absl::string_view expected) const {
    std::string found = rest_.empty() ? "the end" : absl::StrCat("'", rest_, "'");
    return absl::InvalidArgumentError(
        absl::StrCat("'", text_, "' is not a fact: expected ", expected, " but found ", found));
  }

  const absl::string_view text_;
  absl::string_view rest_;
};

std::string CollectionNames(const v1::Column& column) {
  return absl::StrJoin(column.collections(), ", ");
}

absl::StatusOr<std::string> SymbolOf(const ArgumentText& argument, const v1::Column& column) {
  bool id_alone = !argument.quoted && column.collections_size() > 0 &&
                  argument.text.find('/') == std::string::npos;
  if (!id_alone) {
    return argument.text;
  }
  if (column.collections_size() == 1) {
    return absl::StrCat(column.collections(0), "/", argument.text);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "column ", column.name(), " holds entities of several collections (", CollectionNames(column),
      "): write the whole name, as in \"", column.collections(0), "/", argument.text, "\""));
}

bool Parse(absl::string_view text, int32_t* number) { return absl::SimpleAtoi(text, number); }
bool Parse(absl::string_view text, uint32_t* number) { return absl::SimpleAtoi(text, number); }
bool Parse(absl::string_view text, float* number) { return absl::SimpleAtof(text, number); }

template <typename Number>
absl::Status SetNumber(const ArgumentText& argument, const v1::Column& column,
                       void (v1::Value::*set)(Number), v1::Value* value) {
  Number number = 0;
  if (argument.quoted || !Parse(argument.text, &number)) {
    return absl::InvalidArgumentError(absl::StrCat("column ", column.name(),
                                                   " holds values of type ", column.type(), "; \"",
                                                   argument.text, "\" is none"));
  }
  (value->*set)(number);
  return absl::OkStatus();
}

const v1::Column* FindColumn(const Columns& columns, absl::string_view name) {
  for (const v1::Column& column : columns) {
    if (column.name() == name) {
      return &column;
    }
  }
  return nullptr;
}

// "; did you mean disease?", or "".
std::string Meant(absl::string_view name, const Columns& columns) {
  std::vector<std::string> names;
  for (const v1::Column& column : columns) {
    names.push_back(column.name());
  }
  const std::string nearest = rules::NearestName(name, names);
  return nearest.empty() ? "" : absl::StrCat("; did you mean ", nearest, "?");
}

// The column that argument number `index` is meant for.
absl::StatusOr<const v1::Column*> ColumnOf(const ArgumentText& argument, size_t index,
                                           const Columns& columns) {
  if (argument.column.empty() && index < static_cast<size_t>(columns.size())) {
    return &columns[static_cast<int>(index)];
  }
  if (argument.column.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("more values than columns, which are ", ColumnsText(columns)));
  }
  const v1::Column* column = FindColumn(columns, argument.column);
  if (column == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("there is no column \"", argument.column,
                                                   "\" in ", ColumnsText(columns),
                                                   Meant(argument.column, columns)));
  }
  return column;
}

bool IsBound(const std::vector<v1::ColumnFilter>& filters, const v1::Column& column) {
  for (const v1::ColumnFilter& filter : filters) {
    if (filter.column() == column.name()) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool LooksLikeAtom(absl::string_view text) {
  text = absl::StripLeadingAsciiWhitespace(text);
  size_t name = NameAtFront(text).size();
  return name > 0 && absl::StartsWith(absl::StripLeadingAsciiWhitespace(text.substr(name)), "(");
}

absl::StatusOr<AtomText> ParseAtom(absl::string_view text) { return AtomReader(text).Read(); }

ArgumentText ParseArgument(absl::string_view word, bool named) {
  ArgumentText argument;
  absl::string_view name = NameAtFront(word);
  if (named && !name.empty() && name.size() < word.size() && word[name.size()] == '=') {
    argument.column = std::string(name);
    word.remove_prefix(name.size() + 1);
  }
  argument.quoted = word.size() >= 2 && word.front() == '"' && word.back() == '"';
  argument.text = std::string(argument.quoted ? word.substr(1, word.size() - 2) : word);
  return argument;
}

absl::StatusOr<v1::Value> ValueOf(const ArgumentText& argument, const v1::Column& column) {
  v1::Value value;
  absl::Status status;
  switch (column.kind()) {
    case v1::VALUE_KIND_NUMBER:
      status = SetNumber(argument, column, &v1::Value::set_number, &value);
      break;
    case v1::VALUE_KIND_UNSIGNED_NUMBER:
      status = SetNumber(argument, column, &v1::Value::set_unsigned_number, &value);
      break;
    case v1::VALUE_KIND_FLOAT_NUMBER:
      status = SetNumber(argument, column, &v1::Value::set_float_number, &value);
      break;
    case v1::VALUE_KIND_RECORD:
      value.set_record(argument.text);
      break;
    default: {
      ASSIGN_OR_RETURN(std::string symbol, SymbolOf(argument, column));
      value.set_symbol(symbol);
    }
  }
  RETURN_IF_ERROR(status);
  return value;
}

absl::StatusOr<std::vector<v1::ColumnFilter>> FiltersOf(const std::vector<ArgumentText>& arguments,
                                                        const Columns& columns) {
  std::vector<v1::ColumnFilter> filters;
  for (size_t i = 0; i < arguments.size(); ++i) {
    ASSIGN_OR_RETURN(const v1::Column* column, ColumnOf(arguments[i], i, columns));
    if (arguments[i].wildcard()) {
      continue;
    }
    if (IsBound(filters, *column)) {
      return absl::InvalidArgumentError(absl::StrCat("column ", column->name(), " is given twice"));
    }
    v1::ColumnFilter filter;
    filter.set_column(column->name());
    ASSIGN_OR_RETURN(*filter.mutable_value(), ValueOf(arguments[i], *column));
    filters.push_back(std::move(filter));
  }
  return filters;
}

}  // namespace cartograph::clients
