#include "rules/value_parse.h"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"

namespace cartograph::rules {
namespace {

absl::Status NotA(absl::string_view expected, absl::string_view text) {
  constexpr size_t kShown = 60;
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", text.substr(0, kShown), text.size() > kShown ? "…" : "", "\" is not ", expected));
}

// The integer that all of `text` is; nothing when it is none, or does not fit.
template <typename Integer>
std::optional<Integer> ParseInteger(absl::string_view text) {
  text = absl::StripLeadingAsciiWhitespace(text);
  const bool negative = absl::ConsumePrefix(&text, "-");
  if (!negative) absl::ConsumePrefix(&text, "+");
  int base = 10;
  if (absl::ConsumePrefix(&text, "0x")) {
    base = 16;
  } else if (absl::ConsumePrefix(&text, "0b")) {
    base = 2;
  }
  if (text.empty() || text.front() == '-' || (negative && std::is_unsigned_v<Integer>)) {
    return std::nullopt;
  }
  int64_t wide = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), wide, base);
  wide = negative ? -wide : wide;
  if (error != std::errc() || end != text.data() + text.size() ||
      wide < std::numeric_limits<Integer>::min() || wide > std::numeric_limits<Integer>::max()) {
    return std::nullopt;
  }
  return static_cast<Integer>(wide);
}

absl::StatusOr<Value> ParseFloat(absl::string_view text) {
  const std::string copy(text);
  char* end = nullptr;
  errno = 0;
  const float number = std::strtof(copy.c_str(), &end);
  if (copy.empty() || end != copy.c_str() + copy.size()) {
    return NotA("a float", text);
  }
  if (errno == ERANGE) return NotA("a float of 32 bits", text);
  return Value::Float(number);
}

absl::StatusOr<Value> ParseScalar(absl::string_view text, ValueKind kind, Interning* interning) {
  if (kind == ValueKind::kSymbol) {
    return interning->symbols.Intern(text);
  }
  if (kind == ValueKind::kFloat) {
    return ParseFloat(text);
  }
  if (kind == ValueKind::kUnsigned) {
    const std::optional<uint32_t> number = ParseInteger<uint32_t>(text);
    return number ? absl::StatusOr<Value>(Value::Unsigned(*number))
                  : NotA("an unsigned number from 0 to 4294967295", text);
  }
  const std::optional<int32_t> number = ParseInteger<int32_t>(text);
  return number ? absl::StatusOr<Value>(Value::Number(*number))
                : NotA("a number from -2147483648 to 2147483647", text);
}

// Reads one record or branch. Open ones stand on a stack of their own.
class RecordParser {
 public:
  RecordParser(absl::string_view text, const Program& program, Interning* interning)
      : text_(text), rest_(text), program_(program), interning_(interning) {}

  absl::StatusOr<Value> Parse(TypeId type) {
    RETURN_IF_ERROR(Begin(type));
    while (!open_.empty()) {
      RETURN_IF_ERROR(Step());
    }
    if (!Rest().empty()) {
      return Wrong("nothing after it");
    }
    return done_;
  }

 private:
  struct Open {
    const Type::Branch* branch = nullptr;
    char close = ']';
    Tuple fields;     // with the branch number first, for an algebraic type
    size_t next = 0;  // index in branch->fields
  };

  absl::string_view Rest() { return rest_ = absl::StripLeadingAsciiWhitespace(rest_); }

  absl::Status Wrong(absl::string_view expected) const {
    return absl::InvalidArgumentError(absl::StrCat("expected ", expected, " at character ",
                                                   text_.size() - rest_.size() + 1, " of \"", text_,
                                                   "\""));
  }

  // Begins a value: a scalar is done at once, a record is opened.
  absl::Status Begin(TypeId id) {
    const Type& type = program_.types[Index(id)];
    Rest();
    if (type.kind != ValueKind::kRecord) {
      return Scalar(type.kind);
    }
    if (type.algebraic) {
      return BeginBranch(type);
    }
    if (absl::ConsumePrefix(&rest_, "nil")) {
      return Give(Value());
    }
    if (!absl::ConsumePrefix(&rest_, "[")) {
      return Wrong("[ or nil");
    }
    open_.push_back({&type.branches.front(), ']', {}, 0});
    return absl::OkStatus();
  }

  absl::Status BeginBranch(const Type& type) {
    if (!absl::ConsumePrefix(&rest_, "$")) {
      return Wrong("$ and the name of a branch");
    }
    const absl::string_view name = Take([](char c) {
      return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.';
    });
    for (size_t i = 0; i < type.branches.size(); ++i) {
      if (type.branches[i].name == name) {
        return OpenBranch(type.branches[i], static_cast<uint32_t>(i));
      }
    }
    return Wrong(absl::StrCat("a branch of ", type.name));
  }

  absl::Status OpenBranch(const Type::Branch& branch, uint32_t number) {
    if (branch.fields.empty()) {
      return Give(interning_->records.Intern({Value::Unsigned(number)}));
    }
    if (Rest(); !absl::ConsumePrefix(&rest_, "(")) {
      return Wrong("(");
    }
    open_.push_back({&branch, ')', {Value::Unsigned(number)}, 0});
    return absl::OkStatus();
  }

  template <typename Predicate>
  absl::string_view Take(const Predicate& belongs) {
    size_t length = 0;
    while (length < rest_.size() && belongs(rest_[length])) {
      ++length;
    }
    const absl::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }

  absl::Status Scalar(ValueKind kind) {
    if (kind == ValueKind::kSymbol && !open_.empty()) return Symbol(open_.back().close);
    absl::string_view text = Take([](char c) { return c != ',' && c != ']' && c != ')'; });
    text = absl::StripTrailingAsciiWhitespace(text);
    ASSIGN_OR_RETURN(const Value value, ParseScalar(text, kind, interning_));
    return Give(value);
  }

  // In double quotes with backslashes before what would end it, or up to the next comma or the end
  // of the record.
  absl::Status Symbol(char close) {
    std::string text;
    if (!absl::ConsumePrefix(&rest_, "\"")) {
      text = std::string(Take([close](char c) { return c != ',' && c != close; }));
      return Give(interning_->symbols.Intern(text));
    }
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      text.push_back(rest_.front());
      rest_.remove_prefix(1);
    }
    if (!absl::ConsumePrefix(&rest_, "\"")) return Wrong("\"");
    return Give(interning_->symbols.Intern(text));
  }

  // Hands a finished value to the record that waits for it.
  absl::Status Give(Value value) {
    done_ = value;
    if (!open_.empty()) {
      open_.back().fields.push_back(value);
    }
    return absl::OkStatus();
  }

  // The next field of the innermost open record, or its end.
  absl::Status Step() {
    Open& open = open_.back();
    if (open.next == open.branch->fields.size()) {
      if (Rest(); !absl::ConsumePrefix(&rest_, absl::string_view(&open.close, 1))) {
        return Wrong(absl::string_view(&open.close, 1));
      }
      const Value record = interning_->records.Intern(open.fields);
      open_.pop_back();
      return Give(record);
    }
    if (Rest(); open.next > 0 && !absl::ConsumePrefix(&rest_, ",")) {
      return Wrong("a comma");
    }
    return Begin(open.branch->fields[open.next++]);
  }

  const absl::string_view text_;
  absl::string_view rest_;
  const Program& program_;
  Interning* const interning_;
  std::vector<Open> open_;
  Value done_;
};

}  // namespace

absl::StatusOr<Value> ParseValue(absl::string_view text, TypeId type, const Program& program,
                                 Interning* interning) {
  const ValueKind kind = program.types[Index(type)].kind;
  if (kind == ValueKind::kRecord) {
    return RecordParser(text, program, interning).Parse(type);
  }
  return ParseScalar(text, kind, interning);
}

}  // namespace cartograph::rules
