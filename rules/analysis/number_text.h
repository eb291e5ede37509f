// Numbers as rule text writes them.

#pragma once

#include <optional>
#include <string>

#include "rules/facts/value.h"

namespace cartograph::rules {

// The value of `text` (decimal, 0x…, 0b…, with or without a - before it; for a float also with a
// fraction) read as `kind`, or nothing when it has no such form or does not fit into 32 bits.
// REQUIRES: a numeric kind.
std::optional<Value> ParseNumber(const std::string& text, ValueKind kind);

}  // namespace cartograph::rules
