// Matcher: evaluates terms and finds the ways in which a body holds, by plain loops.

#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/verify/fact_set.h"
#include "clients/verify/rule_set.h"

namespace cartograph::verify {

// By variable of a clause: its value, if it has one.
using Binding = std::vector<std::optional<Value>>;

// The values of a range of whole numbers; the last is not among them. Others are listed.
struct Range {
  int64_t from = 0;
  int64_t to = 0;
  int64_t step = 1;
  std::optional<std::vector<Value>> listed;

  bool Holds(int64_t value) const;
};

// Facts match atoms, texts and numbers compare, and aggregates are taken over `facts`: what is not
// there is absent.
//
// Errors of its methods: OUT_OF_RANGE where a functor has no value (a division by zero);
// UNIMPLEMENTED for what the checker does not check. Thread-safety: none.
class Matcher {
 public:
  // Called with a binding under which a body holds, until it returns an error.
  using Visit = std::function<absl::Status(const Binding&)>;

  // All outlive this.
  Matcher(const RuleSet* rules, FactSet* facts, Values* values)
      : rules_(*rules), facts_(*facts), values_(*values) {}

  // The value of `term`, whose variables are bound. NOT_FOUND for min and max of nothing.
  absl::StatusOr<Value> Evaluate(const Term& term, const Binding& binding);
  // Whether the value of `term` is `value`. Sums and means of floats depend on the order in which
  // they are taken: they are any value that rounding can give, but the same whenever it is asked.
  absl::StatusOr<bool> Agrees(const Term& term, Value value, const Binding& binding);
  // Whether `literal`, a negation or a comparison whose variables are bound, holds.
  absl::StatusOr<bool> Holds(const Literal& literal, const Binding& binding);
  // Whether `term` can be `value`: binds variables that have none yet, and takes records apart.
  absl::StatusOr<bool> Match(const Term& term, Value value, Binding* binding);
  // Whether `atom` can be the fact with these values; as Match, for all columns.
  absl::StatusOr<bool> MatchFact(const Atom& atom, const Tuple& values, Binding* binding);
  // A fact that `atom` matches, where its variables are bound.
  absl::StatusOr<std::optional<uint32_t>> FindMatch(const Atom& atom, const Binding& binding);
  // Calls `visit` for each way in which `body` holds, with what `binding` has bound. For one body
  // that is always the same variables.
  absl::Status ForEachMatch(const std::vector<Literal>& body, const Binding& binding,
                            const Visit& visit);
  // Whether all variables of `term` have values.
  static bool IsBound(const Term& term, const Binding& binding);

 private:
  using Order = std::vector<const Literal*>;
  // What an aggregate came to.
  struct Total {
    absl::Status status;
    Value value = 0;
    double slack = 0;      // of a sum of floats: how far off another order may be
    bool settled = false;  // whether somebody was told that `value` is right
  };
  // Adds up floats.
  struct FloatSum {
    double sum = 0;
    double magnitude = 0;  // the sum of the amounts
    uint32_t count = 0;

    void Add(Value value);
    Total Of(const Aggregate& aggregate) const;
  };

  absl::StatusOr<Value> Compute(const Term& term, const Binding& binding);
  // The total of the aggregate `term`; stays where it is until another is asked for.
  Total* TotalOf(const Term& term, const Binding& binding);
  absl::StatusOr<Total> TakeAggregate(const Aggregate& aggregate, Kind kind, const Binding& shared);
  absl::StatusOr<bool> Compares(const Literal& literal, const Binding& binding);
  absl::StatusOr<bool> TextHolds(const Literal& literal, Value left, Value right) const;
  // Where one of the sides is a range: whether the other is among its values.
  absl::StatusOr<bool> IsInRange(const Literal& literal, size_t range_side, const Binding& binding);
  absl::StatusOr<Range> RangeOf(const Term& call, const Binding& binding);

  absl::Status ForEachInRange(const Term& call, const Binding& binding,
                              const std::function<absl::Status(Value)>& visit);

  absl::StatusOr<Order> OrderOf(const std::vector<Literal>& body, const Binding& binding) const;
  absl::Status ForEachFrom(const Order& order, size_t at, const Binding& binding,
                           const Visit& visit);
  absl::Status ForEachFact(const Order& order, size_t at, const Binding& binding,
                           const Visit& visit);
  absl::Status ForEachValue(const Order& order, size_t at, const Binding& binding,
                            const Visit& visit);

  const RuleSet& rules_;
  FactSet& facts_;
  Values& values_;
  absl::flat_hash_map<const std::vector<Literal>*, Order> orders_;
  // By aggregate and values of what it shares.
  absl::flat_hash_map<std::pair<const Aggregate*, std::vector<Value>>, Total> totals_;
};

}  // namespace cartograph::verify
