// The forms of each functor: over which kinds of values it is defined, and what it gives.

#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rules/analysis/program.h"
#include "rules/facts/value.h"

namespace cartograph::rules {

struct Overload {
  absl::string_view name;  // as in TermSyntax::text
  std::vector<ValueKind> parameters;
  ValueKind result = ValueKind::kNumber;
  bool variadic = false;  // any number of arguments, all as parameters[0]
  bool infix = false;     // a binary operator: its arguments may be of any subtypes of one kind

  ValueKind parameter(size_t index) const { return parameters[variadic ? 0 : index]; }
};

// The overloads of functor `name` with `arguments` arguments, in the order in which they are tried:
// by result, then by parameters, kinds in the order of ValueKind.
std::vector<const Overload*> OverloadsOf(absl::string_view name, size_t arguments);

// Whether `overload` gives its argument as it is: to_number of a number, and so on.
bool IsIdentity(const Overload& overload);

// The engine's functor for `overload`. REQUIRES: neither range nor an identity.
Functor FunctorOf(const Overload& overload);

}  // namespace cartograph::rules
