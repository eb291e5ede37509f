#include "clients/verify/values.h"

#include <bit>

namespace cartograph::verify {

absl::string_view NameOf(Kind kind) {
  switch (kind) {
    case Kind::kSymbol:
      return "symbol";
    case Kind::kNumber:
      return "number";
    case Kind::kUnsigned:
      return "unsigned";
    case Kind::kFloat:
      return "float";
    case Kind::kRecord:
      return "record";
  }
  return "";
}

int32_t Signed(Value value) { return static_cast<int32_t>(value); }
float AsFloat(Value value) { return std::bit_cast<float>(value); }
Value FromSigned(int32_t number) { return static_cast<Value>(number); }
Value FromFloat(float number) { return std::bit_cast<Value>(number); }

Value Values::Symbol(absl::string_view text) {
  const auto found = symbols_.find(text);
  if (found != symbols_.end()) {
    return found->second;
  }
  const auto number = static_cast<Value>(texts_.size());
  symbols_.emplace(texts_.emplace_back(text), number);
  return number;
}

Value Values::Record(const std::vector<Value>& fields) {
  const auto [at, added] = record_numbers_.emplace(fields, static_cast<Value>(records_.size() + 1));
  if (added) {
    records_.push_back(fields);
  }
  return at->second;
}

}  // namespace cartograph::verify
