// Fact: an atom without variables.

#pragma once

#include <compare>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rules/analysis/program.h"
#include "rules/facts/predicate.h"
#include "rules/facts/value.h"

namespace cartograph::rules {

struct Fact {
  PredicateId predicate{};
  Tuple values;

  friend auto operator<=>(const Fact&, const Fact&) = default;
  template <typename H>
  friend H AbslHashValue(H hash, const Fact& fact) {
    return H::combine(std::move(hash), fact.predicate, fact.values);
  }
};

// A value as rule text writes it: "text" quoted and escaped for a symbol, 1.5 for a float, [1, nil]
// for a record. `interning` may be an overlay of the program's.
std::string ToText(Value value, TypeId type, const Program& program, const Interning& interning);
// `studied_in("targets/cd19", "diseases/sle")`.
std::string ToText(const Fact& fact, const Program& program, const Interning& interning);

}  // namespace cartograph::rules
