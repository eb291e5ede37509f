#include "rules/engine/arithmetic.h"

#include <bit>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "absl/strings/match.h"
#include "base/check.h"

namespace cartograph::rules {
namespace {

uint32_t Bits(int32_t number) { return static_cast<uint32_t>(number); }
uint32_t Bits(float number) { return std::bit_cast<uint32_t>(number); }
int32_t Signed(uint32_t bits) { return static_cast<int32_t>(bits); }
float Float(uint32_t bits) { return std::bit_cast<float>(bits); }

// As x86-64 converts: out of range and NaN give the lowest value.
template <typename Integer>
Integer Truncate(double number) {
  constexpr double kLow = static_cast<double>(std::numeric_limits<Integer>::min());
  if (number > kLow - 1 && number < -kLow) return static_cast<Integer>(number);
  return std::numeric_limits<Integer>::min();
}

uint32_t ToSigned(double number) { return Bits(Truncate<int32_t>(number)); }
uint32_t ToUnsigned(double number) { return static_cast<uint32_t>(Truncate<int64_t>(number)); }

uint32_t Power(ValueKind kind, uint32_t left, uint32_t right) {
  switch (kind) {
    case ValueKind::kFloat:
      return Bits(std::pow(Float(left), Float(right)));
    case ValueKind::kUnsigned:
      return ToUnsigned(std::pow(double{left * 1.0}, double{right * 1.0}));
    default:
      return ToSigned(std::pow(double{Signed(left) * 1.0}, double{Signed(right) * 1.0}));
  }
}

std::optional<uint32_t> Divide(ValueKind kind, uint32_t left, uint32_t right) {
  if (kind == ValueKind::kFloat) return Bits(Float(left) / Float(right));
  if (right == 0) return std::nullopt;
  if (kind == ValueKind::kUnsigned) return left / right;
  if (Signed(right) == -1) return 0U - left;
  return Bits(Signed(left) / Signed(right));
}

std::optional<uint32_t> Modulo(ValueKind kind, uint32_t left, uint32_t right) {
  if (right == 0) return std::nullopt;
  if (kind == ValueKind::kUnsigned) return left % right;
  if (Signed(right) == -1) return 0U;
  return Bits(Signed(left) % Signed(right));
}

uint32_t FloatArithmetic(Functor functor, float left, float right) {
  switch (functor) {
    case Functor::kAdd:
      return Bits(left + right);
    case Functor::kSubtract:
      return Bits(left - right);
    case Functor::kMultiply:
      return Bits(left * right);
    case Functor::kMax:
      return Bits(std::max(left, right));
    case Functor::kMin:
      return Bits(std::min(left, right));
    default:
      CHECK(false);
  }
  return 0;
}

uint32_t Shift(Functor functor, ValueKind kind, uint32_t left, uint32_t right) {
  const uint32_t by = right & 31;
  if (functor == Functor::kShiftLeft) return left << by;
  if (functor == Functor::kShiftRight && kind == ValueKind::kNumber)
    return Bits(Signed(left) >> by);
  return left >> by;
}

uint32_t IntegerArithmetic(Functor functor, ValueKind kind, uint32_t left, uint32_t right) {
  switch (functor) {
    // Modulo 2^32 the two's complement results of + - * are those of unsigned numbers.
    case Functor::kAdd:
      return left + right;
    case Functor::kSubtract:
      return left - right;
    case Functor::kMultiply:
      return left * right;
    case Functor::kMax:
      return LessThan(kind, left, right) ? right : left;
    case Functor::kMin:
      return LessThan(kind, right, left) ? right : left;
    case Functor::kBitAnd:
      return left & right;
    case Functor::kBitOr:
      return left | right;
    case Functor::kBitXor:
      return left ^ right;
    case Functor::kShiftLeft:
    case Functor::kShiftRight:
    case Functor::kShiftRightUnsigned:
      return Shift(functor, kind, left, right);
    case Functor::kLogicalAnd:
      return left != 0 && right != 0 ? 1 : 0;
    case Functor::kLogicalOr:
      return left != 0 || right != 0 ? 1 : 0;
    case Functor::kLogicalXor:
      return (left != 0) != (right != 0) ? 1 : 0;
    default:
      CHECK(false);
  }
  return 0;
}

}  // namespace

std::optional<uint32_t> ApplyBinary(Functor functor, ValueKind kind, uint32_t left,
                                    uint32_t right) {
  switch (functor) {
    case Functor::kDivide:
      return Divide(kind, left, right);
    case Functor::kModulo:
      return Modulo(kind, left, right);
    case Functor::kPower:
      return Power(kind, left, right);
    default:
      if (kind == ValueKind::kFloat) return FloatArithmetic(functor, Float(left), Float(right));
      return IntegerArithmetic(functor, kind, left, right);
  }
}

bool CanFail(Functor functor, ValueKind kind) {
  return kind != ValueKind::kFloat && (functor == Functor::kDivide || functor == Functor::kModulo);
}

uint32_t ApplyUnary(Functor functor, ValueKind kind, uint32_t operand) {
  switch (functor) {
    case Functor::kNegate:
      return kind == ValueKind::kFloat ? Bits(-Float(operand)) : 0U - operand;
    case Functor::kBitNot:
      return ~operand;
    case Functor::kLogicalNot:
      return operand == 0 ? 1 : 0;
    default:
      CHECK(false);
  }
  return 0;
}

uint32_t ConvertNumber(ValueKind from, ValueKind to, uint32_t value) {
  if (to == ValueKind::kFloat) {
    if (from == ValueKind::kNumber) return Bits(static_cast<float>(Signed(value)));
    if (from == ValueKind::kUnsigned) return Bits(static_cast<float>(value));
    return value;
  }
  if (from != ValueKind::kFloat) return value;
  const double number = static_cast<double>(Float(value));
  return to == ValueKind::kNumber ? ToSigned(number) : ToUnsigned(number);
}

std::optional<uint32_t> ParseNumber(absl::string_view text, ValueKind kind) {
  std::string digits(text);
  char* end = nullptr;
  errno = 0;
  if (kind == ValueKind::kFloat) {
    const float number = std::strtof(digits.c_str(), &end);
    if (end == digits.c_str() || errno == ERANGE) return std::nullopt;
    return Bits(number);
  }
  if (kind == ValueKind::kUnsigned && absl::StartsWith(text, "-")) return std::nullopt;
  int base = 10;
  const size_t sign = absl::StartsWith(text, "-") ? 1 : 0;
  if (absl::StartsWith(text.substr(sign), "0b")) {
    base = 2;
    digits.erase(sign, 2);
    if (digits.size() == sign || std::isdigit(static_cast<unsigned char>(digits[sign])) == 0) {
      return std::nullopt;
    }
  } else if (absl::StartsWith(text.substr(sign), "0x")) {
    base = 16;
  }
  const long long number = std::strtoll(digits.c_str(), &end, base);
  if (end == digits.c_str() || errno == ERANGE) return std::nullopt;
  const bool fits = kind == ValueKind::kNumber ? number >= INT32_MIN && number <= INT32_MAX
                                               : number >= 0 && number <= UINT32_MAX;
  if (!fits) return std::nullopt;
  return static_cast<uint32_t>(number);
}

std::string NumberToString(ValueKind kind, uint32_t value) {
  switch (kind) {
    case ValueKind::kFloat:
      return std::to_string(Float(value));
    case ValueKind::kUnsigned:
      return std::to_string(value);
    default:
      return std::to_string(Signed(value));
  }
}

bool LessThan(ValueKind kind, uint32_t left, uint32_t right) {
  switch (kind) {
    case ValueKind::kFloat:
      return Float(left) < Float(right);
    case ValueKind::kUnsigned:
      return left < right;
    default:
      return Signed(left) < Signed(right);
  }
}

absl::string_view Substring(absl::string_view text, int32_t begin, int32_t size) {
  if (begin < 0 || static_cast<size_t>(begin) > text.size()) return "";
  return text.substr(static_cast<size_t>(begin),
                     size < 0 ? absl::string_view::npos : static_cast<size_t>(size));
}

}  // namespace cartograph::rules
