// Values: the constants of an export, as numbers.

#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace cartograph::verify {

// 32 bits, read by the kind of their column: a signed or unsigned integer, an IEEE single, the
// number of a text, or that of a record (0 is nil).
using Value = uint32_t;

enum class Kind : uint8_t { kSymbol, kNumber, kUnsigned, kFloat, kRecord };

// "symbol", "number", …
absl::string_view NameOf(Kind kind);

int32_t Signed(Value value);
float AsFloat(Value value);
Value FromSigned(int32_t number);
Value FromFloat(float number);

// The numbers of texts and records. Equal ones have one number.
class Values {
 public:
  Value Symbol(absl::string_view text);
  const std::string& Text(Value symbol) const { return texts_[symbol]; }
  Value Record(const std::vector<Value>& fields);
  // REQUIRES: `record` is not nil.
  const std::vector<Value>& Fields(Value record) const { return records_[record - 1]; }

 private:
  std::deque<std::string> texts_;  // keeps its elements where they are
  absl::flat_hash_map<absl::string_view, Value> symbols_;
  std::vector<std::vector<Value>> records_;
  absl::flat_hash_map<std::vector<Value>, Value> record_numbers_;
};

}  // namespace cartograph::verify
