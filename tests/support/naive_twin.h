// NaiveTwin: a deliberately plain evaluator of rules. Never used by the product.
//
// It interprets the checked clauses of the syntax tree and shares nothing with the engine: values
// are texts and numbers instead of ids, relations are sets, every rule is tried on everything in
// every round until nothing changes. Slow and obvious, so that where it disagrees with the engine,
// the engine is wrong.

#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "rules/analysis/analyze.h"

namespace cartograph::testing {

// A constant. Compared by all members; which of them count, `kind` says.
struct TwinValue {
  rules::ValueKind kind = rules::ValueKind::kNumber;
  std::string symbol;
  int64_t integer = 0;  // number or unsigned
  float real = 0;
  bool nil = false;
  std::vector<TwinValue> fields;  // of a record; of a branch, with its number first

  friend bool operator==(const TwinValue&, const TwinValue&) = default;
  friend bool operator<(const TwinValue& a, const TwinValue& b) { return a.Less(b); }
  friend bool operator<=(const TwinValue& a, const TwinValue& b) { return !b.Less(a); }
  friend bool operator>(const TwinValue& a, const TwinValue& b) { return b.Less(a); }
  friend bool operator>=(const TwinValue& a, const TwinValue& b) { return !a.Less(b); }

 private:
  bool Less(const TwinValue& other) const {
    return std::tie(kind, symbol, integer, real, nil, fields) <
           std::tie(other.kind, other.symbol, other.integer, other.real, other.nil, other.fields);
  }
};

using TwinRow = std::vector<TwinValue>;

// Relation name to rows.
using TwinModel = std::map<std::string, std::set<TwinRow>>;

// The model of `program` over `given`. REQUIRES: the program compiles without errors, and no rule
// divides by zero.
TwinModel EvaluateNaively(const rules::AnalyzedProgram& program, TwinModel given = {});

// A row as fact files have it: columns separated by tabs.
std::string ToText(const TwinRow& row);

}  // namespace cartograph::testing
