// Value: a constant that can stand in a fact.
//
// Every value is 32 bits; the type of its column says how they are read. That is Soufflé's default
// number format: a `number` is a signed, an `unsigned` an unsigned 32-bit integer, a `float` an
// IEEE single. A symbol is the id that SymbolTable gave its text, a record the id that RecordTable
// gave its fields (0 is nil).

#pragma once

#include <bit>
#include <compare>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace cartograph::rules {

// How the 32 bits of a value are read.
enum class ValueKind : uint8_t { kSymbol, kNumber, kUnsigned, kFloat, kRecord };

// A constant. Comparable and hashable by its bits; order by bits has no meaning beyond being total
// and fast.
class Value {
 public:
  constexpr Value() = default;
  constexpr explicit Value(uint32_t bits) : bits_(bits) {}
  static constexpr Value Number(int32_t number) { return Value(static_cast<uint32_t>(number)); }
  static constexpr Value Unsigned(uint32_t number) { return Value(number); }
  static constexpr Value Float(float number) { return Value(std::bit_cast<uint32_t>(number)); }

  constexpr uint32_t bits() const { return bits_; }
  constexpr int32_t number() const { return static_cast<int32_t>(bits_); }
  constexpr uint32_t unsigned_number() const { return bits_; }
  constexpr float float_number() const { return std::bit_cast<float>(bits_); }

  friend constexpr auto operator<=>(Value, Value) = default;
  template <typename H>
  friend H AbslHashValue(H hash, Value value) {
    return H::combine(std::move(hash), value.bits_);
  }

 private:
  uint32_t bits_ = 0;
};

// The values of one fact, in column order.
using Tuple = std::vector<Value>;
using TupleView = absl::Span<const Value>;

}  // namespace cartograph::rules
