#include "tests/support/twin_values.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/check.h"

namespace cartograph::testing::twin {

using rules::ComparisonSyntax;
using rules::ValueKind;

TwinValue Integer(ValueKind kind, int64_t number) {
  TwinValue value;
  value.kind = kind;
  value.integer = kind == ValueKind::kUnsigned ? static_cast<int64_t>(static_cast<uint32_t>(number))
                                               : static_cast<int64_t>(static_cast<int32_t>(number));
  return value;
}

TwinValue Real(float number) {
  TwinValue value;
  value.kind = ValueKind::kFloat;
  value.real = number;
  return value;
}

TwinValue Symbol(std::string text) {
  TwinValue value;
  value.kind = ValueKind::kSymbol;
  value.symbol = std::move(text);
  return value;
}

TwinValue Numeric(ValueKind kind, double number) {
  return kind == ValueKind::kFloat ? Real(static_cast<float>(number))
                                   : Integer(kind, static_cast<int64_t>(number));
}

double AsDouble(const TwinValue& value) {
  return value.kind == ValueKind::kFloat ? value.real : static_cast<double>(value.integer);
}

std::string ValueText(const TwinValue& value) {
  switch (value.kind) {
    case ValueKind::kSymbol:
      return value.symbol;
    case ValueKind::kFloat:
      return absl::StrCat(value.real);
    case ValueKind::kRecord:
      return value.nil ? "nil"
                       : absl::StrCat("[",
                                      absl::StrJoin(value.fields, ", ",
                                                    [](std::string* text, const TwinValue& field) {
                                                      absl::StrAppend(text, ValueText(field));
                                                    }),
                                      "]");
    default:
      return absl::StrCat(value.integer);
  }
}

namespace {

TwinValue Arithmetic(const std::string& name, ValueKind kind, const std::vector<TwinValue>& a) {
  const bool real = kind == ValueKind::kFloat;
  if (name == "+")
    return real ? Real(a[0].real + a[1].real) : Integer(kind, a[0].integer + a[1].integer);
  if (name == "-" && a.size() == 1) return real ? Real(-a[0].real) : Integer(kind, -a[0].integer);
  if (name == "-")
    return real ? Real(a[0].real - a[1].real) : Integer(kind, a[0].integer - a[1].integer);
  if (name == "*")
    return real ? Real(a[0].real * a[1].real) : Integer(kind, a[0].integer * a[1].integer);
  if (name == "/")
    return real ? Real(a[0].real / a[1].real) : Integer(kind, a[0].integer / a[1].integer);
  if (name == "%") return Integer(kind, a[0].integer % a[1].integer);
  if (name == "band") return Integer(kind, a[0].integer & a[1].integer);
  if (name == "bor") return Integer(kind, a[0].integer | a[1].integer);
  if (name == "bxor") return Integer(kind, a[0].integer ^ a[1].integer);
  if (name == "max") return *std::max_element(a.begin(), a.end());
  CHECK(name == "min");
  return *std::min_element(a.begin(), a.end());
}

}  // namespace

TwinValue Apply(const std::string& name, ValueKind kind, const std::vector<TwinValue>& a) {
  if (name == "cat") {
    return Symbol(absl::StrJoin(a, "", [](std::string* text, const TwinValue& part) {
      absl::StrAppend(text, part.symbol);
    }));
  }
  if (name == "strlen") return Integer(kind, static_cast<int64_t>(a[0].symbol.size()));
  if (name == "to_string") return Symbol(ValueText(a[0]));
  if (name == "to_number" || name == "to_unsigned" || name == "to_float")
    return Numeric(kind, AsDouble(a[0]));
  if (name == "substr") {
    const auto from = static_cast<size_t>(a[1].integer);
    return Symbol(from <= a[0].symbol.size()
                      ? a[0].symbol.substr(from, static_cast<size_t>(a[2].integer))
                      : "");
  }
  return Arithmetic(name, kind, a);
}

bool Holds(ComparisonSyntax comparison, const TwinValue& a, const TwinValue& b) {
  switch (comparison) {
    case ComparisonSyntax::kEqual:
      return a == b;
    case ComparisonSyntax::kNotEqual:
      return a != b;
    case ComparisonSyntax::kLess:
      return a < b;
    case ComparisonSyntax::kLessEqual:
      return a <= b;
    case ComparisonSyntax::kGreater:
      return a > b;
    case ComparisonSyntax::kGreaterEqual:
      return a >= b;
    case ComparisonSyntax::kContains:
      return b.symbol.find(a.symbol) != std::string::npos;
    case ComparisonSyntax::kNotContains:
      return b.symbol.find(a.symbol) == std::string::npos;
    default:
      CHECK(false);
  }
  return false;
}

}  // namespace cartograph::testing::twin
