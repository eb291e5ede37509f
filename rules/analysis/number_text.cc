#include "rules/analysis/number_text.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace cartograph::rules {
namespace {

// Magnitude and sign of an integer; nothing when it is not one or passes 64 bits.
struct Integer {
  bool negative = false;
  uint64_t magnitude = 0;
};

std::optional<Integer> ParseInteger(absl::string_view text) {
  Integer integer;
  integer.negative = absl::ConsumePrefix(&text, "-");
  int base = absl::ConsumePrefix(&text, "0x") ? 16 : absl::ConsumePrefix(&text, "0b") ? 2 : 10;
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), integer.magnitude, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return integer;
}

std::optional<Value> ParseFloat(absl::string_view text) {
  bool negative = absl::ConsumePrefix(&text, "-");
  bool hex = absl::ConsumePrefix(&text, "0x");
  float number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number,
                                      hex ? std::chars_format::hex : std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  return Value::Float(negative ? -number : number);
}

}  // namespace

std::optional<Value> ParseNumber(const std::string& text, ValueKind kind) {
  if (kind == ValueKind::kFloat) return ParseFloat(text);
  std::optional<Integer> integer = ParseInteger(text);
  if (!integer) return std::nullopt;
  uint64_t magnitude = integer->magnitude;
  if (kind == ValueKind::kUnsigned) {
    if (integer->negative || magnitude > std::numeric_limits<uint32_t>::max()) return std::nullopt;
    return Value::Unsigned(static_cast<uint32_t>(magnitude));
  }
  uint64_t limit = uint64_t{std::numeric_limits<int32_t>::max()} + (integer->negative ? 1 : 0);
  if (magnitude > limit) return std::nullopt;
  int64_t number = static_cast<int64_t>(magnitude);
  return Value::Number(static_cast<int32_t>(integer->negative ? -number : number));
}

}  // namespace cartograph::rules
