// What the naive twin knows of values: how they are made, compared, and put through functors.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rules/facts/value.h"
#include "rules/syntax/ast.h"
#include "tests/support/naive_twin.h"

namespace cartograph::testing::twin {

// Numbers wrap around at 32 bits.
TwinValue Integer(rules::ValueKind kind, int64_t number);
TwinValue Real(float number);
TwinValue Symbol(std::string text);
// A number of any kind.
TwinValue Numeric(rules::ValueKind kind, double number);
double AsDouble(const TwinValue& value);
std::string ValueText(const TwinValue& value);

// The value of a functor over ground arguments. Division by zero is the caller's mistake.
TwinValue Apply(const std::string& name, rules::ValueKind kind, const std::vector<TwinValue>& a);
bool Holds(rules::ComparisonSyntax comparison, const TwinValue& a, const TwinValue& b);

}  // namespace cartograph::testing::twin
