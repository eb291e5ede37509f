#include "clients/verify/functors.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"

namespace cartograph::verify {
namespace {

absl::Status Unchecked(const Term& call) {
  return absl::UnimplementedError(
      absl::StrCat(call.name, " of this kind (", NameOf(call.kind), ") is not checked"));
}

// 32-bit arithmetic that wraps around is the same for numbers and unsigned ones.
std::optional<Value> WrappingArithmetic(absl::string_view name, Value left, Value right) {
  const uint32_t shift = right % 32;
  if (name == "+") {
    return left + right;
  }
  if (name == "-") {
    return left - right;
  }
  if (name == "*") {
    return left * right;
  }
  if (name == "band") {
    return left & right;
  }
  if (name == "bor") {
    return left | right;
  }
  if (name == "bxor") {
    return left ^ right;
  }
  if (name == "bshl") {
    return left << shift;
  }
  if (name == "bshru") {
    return left >> shift;
  }
  if (name == "land") {
    return Value{left != 0 && right != 0};
  }
  if (name == "lor") {
    return Value{left != 0 || right != 0};
  }
  if (name == "lxor") {
    return Value{(left != 0) != (right != 0)};
  }
  return std::nullopt;
}

// Out of range, and of what is no number, is the lowest value.
template <typename Integer>
Integer Truncated(double number) {
  constexpr auto kLowest = std::numeric_limits<Integer>::min();
  const bool fits =
      number > static_cast<double>(kLowest) - 1 && number < -static_cast<double>(kLowest);
  return fits ? static_cast<Integer>(number) : kLowest;
}

Value FromDouble(Kind kind, double number) {
  return kind == Kind::kNumber ? FromSigned(Truncated<int32_t>(number))
                               : static_cast<Value>(Truncated<int64_t>(number));
}

absl::StatusOr<Value> IntegerArithmetic(const Term& call, Value left, Value right) {
  if (const std::optional<Value> value = WrappingArithmetic(call.name, left, right)) {
    return *value;
  }
  const bool is_signed = call.kind == Kind::kNumber;
  // In 64 bits nothing overflows.
  const int64_t a = is_signed ? int64_t{Signed(left)} : int64_t{left};
  const int64_t b = is_signed ? int64_t{Signed(right)} : int64_t{right};
  if (call.name == "^") {
    return FromDouble(call.kind, std::pow(static_cast<double>(a), static_cast<double>(b)));
  }
  if (call.name == "bshr") {
    return static_cast<Value>(a >> (right % 32));
  }
  if (call.name != "/" && call.name != "%") {
    return Unchecked(call);
  }
  if (b == 0) {
    return absl::OutOfRangeError("a division by zero");
  }
  return static_cast<Value>(call.name == "/" ? a / b : a % b);
}

absl::StatusOr<Value> FloatArithmetic(const Term& call, float left, float right) {
  if (call.name == "+") {
    return FromFloat(left + right);
  }
  if (call.name == "-") {
    return FromFloat(left - right);
  }
  if (call.name == "*") {
    return FromFloat(left * right);
  }
  if (call.name == "/") {
    return FromFloat(left / right);
  }
  if (call.name == "^") {
    return FromFloat(std::pow(left, right));
  }
  return Unchecked(call);
}

absl::StatusOr<Value> Unary(const Term& call, Value operand) {
  if (call.name == "negate" && call.kind == Kind::kFloat) {
    return FromFloat(-AsFloat(operand));
  }
  if (call.name == "negate") {
    return Value{0} - operand;
  }
  if (call.kind == Kind::kFloat) {
    return Unchecked(call);
  }
  return call.name == "bnot" ? ~operand : Value{operand == 0};
}

// The part of a text from byte `from` on, at most `length` bytes; all of them when it is negative.
std::string Part(const std::string& text, int32_t from, int32_t length) {
  if (from < 0 || static_cast<size_t>(from) >= text.size()) {
    return "";
  }
  return text.substr(static_cast<size_t>(from),
                     length < 0 ? std::string::npos : static_cast<size_t>(length));
}

absl::StatusOr<Value> Extreme(const Term& call, const std::vector<Value>& arguments,
                              const Values& values) {
  Value best = arguments[0];
  for (const Value value : arguments) {
    const int order = Compare(call.kind, value, best, values);
    if (call.name == "min" ? order < 0 : order > 0) {
      best = value;
    }
  }
  return best;
}

// The number that `text` begins with, behind blanks: decimal, or behind 0x or 0b.
std::optional<int64_t> LeadingInteger(const std::string& text) {
  absl::string_view digits = absl::StripLeadingAsciiWhitespace(text);
  const bool negative = absl::ConsumePrefix(&digits, "-");
  if (!negative) {
    absl::ConsumePrefix(&digits, "+");
  }
  const int base = absl::ConsumePrefix(&digits, "0x")   ? 16
                   : absl::ConsumePrefix(&digits, "0b") ? 2
                                                        : 10;
  const std::string rest(digits);
  char* end = nullptr;
  errno = 0;
  const int64_t number = std::strtoll(rest.c_str(), &end, base);
  const bool wrong = end == rest.c_str() || errno == ERANGE || absl::StartsWith(rest, "-");
  return wrong ? std::nullopt : std::optional(negative ? -number : number);
}

absl::StatusOr<Value> ConvertText(Kind kind, const std::string& text) {
  const auto no_number = [&] {
    return absl::OutOfRangeError(absl::StrCat("\"", text, "\" is no ", NameOf(kind)));
  };
  if (kind == Kind::kFloat) {
    char* end = nullptr;
    errno = 0;
    const float number = std::strtof(text.c_str(), &end);
    if (end == text.c_str() || errno == ERANGE) {
      return no_number();
    }
    return FromFloat(number);
  }
  const std::optional<int64_t> number = LeadingInteger(text);
  const int64_t low = kind == Kind::kNumber ? INT32_MIN : 0;
  const int64_t high = kind == Kind::kNumber ? int64_t{INT32_MAX} : int64_t{UINT32_MAX};
  if (!number.has_value() || *number < low || *number > high) {
    return no_number();
  }
  return static_cast<Value>(*number);
}

std::string NumberText(Kind kind, Value value) {
  if (kind == Kind::kFloat) {
    return std::to_string(AsFloat(value));
  }
  return kind == Kind::kNumber ? absl::StrCat(Signed(value)) : absl::StrCat(value);
}

absl::StatusOr<Value> Convert(const Term& call, Value value, Values* values) {
  const Kind from = call.arguments[0].kind;
  if (from == call.kind) {
    return value;
  }
  if (from == Kind::kRecord || call.kind == Kind::kRecord) {
    return Unchecked(call);
  }
  if (call.kind == Kind::kSymbol) {
    return values->Symbol(NumberText(from, value));
  }
  if (from == Kind::kSymbol) {
    return ConvertText(call.kind, values->Text(value));
  }
  if (call.kind == Kind::kFloat) {
    return FromFloat(from == Kind::kNumber ? static_cast<float>(Signed(value))
                                           : static_cast<float>(value));
  }
  return from == Kind::kFloat ? FromDouble(call.kind, static_cast<double>(AsFloat(value))) : value;
}

absl::StatusOr<Value> Joined(const std::vector<Value>& arguments, Values* values) {
  std::string text;
  for (const Value argument : arguments) {
    absl::StrAppend(&text, values->Text(argument));
  }
  return values->Symbol(text);
}

}  // namespace

int Compare(Kind kind, Value left, Value right, const Values& values) {
  const auto order = [](const auto& a, const auto& b) { return a < b ? -1 : b < a ? 1 : 0; };
  switch (kind) {
    case Kind::kSymbol:
      return left == right ? 0 : order(values.Text(left), values.Text(right));
    case Kind::kNumber:
      return order(Signed(left), Signed(right));
    case Kind::kFloat:
      return order(AsFloat(left), AsFloat(right));
    default:
      return order(left, right);
  }
}

absl::StatusOr<Value> Apply(const Term& call, const std::vector<Value>& arguments, Values* values) {
  const std::string& name = call.name;
  if (arguments.empty()) {
    return Unchecked(call);
  }
  if (name == "as") {
    return arguments[0];
  }
  if (name == "cat" || (name == "+" && call.kind == Kind::kSymbol)) {
    return Joined(arguments, values);
  }
  if (name == "strlen") {
    return static_cast<Value>(values->Text(arguments[0]).size());
  }
  if (name == "substr" && arguments.size() == 3) {
    return values->Symbol(
        Part(values->Text(arguments[0]), Signed(arguments[1]), Signed(arguments[2])));
  }
  if (name == "min" || name == "max") {
    return Extreme(call, arguments, *values);
  }
  if (absl::StartsWith(name, "to_")) {
    return Convert(call, arguments[0], values);
  }
  if (call.kind == Kind::kSymbol || call.kind == Kind::kRecord) {
    return Unchecked(call);
  }
  if (arguments.size() == 1) {
    return Unary(call, arguments[0]);
  }
  if (arguments.size() != 2) {
    return Unchecked(call);
  }
  return call.kind == Kind::kFloat
             ? FloatArithmetic(call, AsFloat(arguments[0]), AsFloat(arguments[1]))
             : IntegerArithmetic(call, arguments[0], arguments[1]);
}

}  // namespace cartograph::verify
