// The functors over numbers, exactly as Soufflé 2.5 computes them with 32-bit values.
//
//   number    two's complement; + - * and unary - wrap around
//   unsigned  modulo 2^32
//   float     IEEE single
//   << >> >>> shift by the low 5 bits of the right side; >> keeps the sign of a number
//   ^         std::pow in double, truncated: 0x80000000 when a number does not fit, the low 32 bits
//   for unsigned / %       of number and unsigned: an error when the divisor is 0; the least number
//   / -1 wraps around land lor lxor lnot  0 or 1; 0 is false to_number(float) and so on truncate;
//   what does not fit becomes 0x80000000, or the low 32 bits for unsigned to_number(symbol)
//   optional white space, sign, 0x or 0b, digits; what follows the digits is ignored
//   to_string(float)    six digits after the point

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "rules/analysis/program.h"

namespace cartograph::rules {

// The value of `functor` over two values of `kind`, or nothing for a division by zero. REQUIRES: a
// binary functor that is defined for `kind`, which is not kSymbol or kRecord.
std::optional<uint32_t> ApplyBinary(Functor functor, ValueKind kind, uint32_t left, uint32_t right);

// Whether ApplyBinary can return nothing.
bool CanFail(Functor functor, ValueKind kind);

// kNegate, kBitNot, kLogicalNot.
uint32_t ApplyUnary(Functor functor, ValueKind kind, uint32_t operand);

// Between number, unsigned and float.
uint32_t ConvertNumber(ValueKind from, ValueKind to, uint32_t value);

// The number that `text` begins with, or nothing if there is none or it is out of range.
std::optional<uint32_t> ParseNumber(absl::string_view text, ValueKind kind);

// What to_string gives.
std::string NumberToString(ValueKind kind, uint32_t value);

// left < right for values of `kind`, which is not kSymbol.
bool LessThan(ValueKind kind, uint32_t left, uint32_t right);

// `text` from byte `begin`, at most `size` bytes; "" when `begin` lies outside, everything after it
// for a negative `size`.
absl::string_view Substring(absl::string_view text, int32_t begin, int32_t size);

}  // namespace cartograph::rules
