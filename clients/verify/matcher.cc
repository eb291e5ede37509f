#include "clients/verify/matcher.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/verify/functors.h"
#include "re2/re2.h"

namespace cartograph::verify {
namespace {

bool IsRange(const Term& term) { return term.form == Term::Form::kCall && term.name == "range"; }

// From the first bound, by the step, 1 or -1 without one, up to and without the second.
std::vector<Value> FloatRange(const std::vector<float>& bounds) {
  const float to = bounds[1];
  float step = bounds[0] <= to ? 1.0F : -1.0F;
  if (bounds.size() == 3) step = bounds[2];
  std::vector<Value> values;
  if (step == 0 && bounds[0] != to) values.push_back(FromFloat(bounds[0]));
  if (step == 0) return values;
  for (float at = bounds[0]; step > 0 ? at < to : at > to; at += step) {
    values.push_back(FromFloat(at));
    if (at + step == at) break;  // lost in rounding
  }
  return values;
}

// A variable, or a record of such: what a value can be matched with before it is known.
bool IsPattern(const Term& term, const Binding& binding) {
  if (term.form == Term::Form::kVariable) return true;
  if (term.form == Term::Form::kRecord) {
    return std::all_of(term.arguments.begin(), term.arguments.end(),
                       [&](const Term& part) { return IsPattern(part, binding); });
  }
  return Matcher::IsBound(term, binding);
}

void BindPattern(const Term& term, Binding* binding) {
  if (term.form == Term::Form::kVariable && !(*binding)[term.variable].has_value()) {
    (*binding)[term.variable] = 0;
  }
  if (term.form != Term::Form::kRecord) return;
  for (const Term& part : term.arguments) BindPattern(part, binding);
}

// The side of an equality that has a value when the other is to be bound; none when neither has.
std::optional<size_t> KnownSide(const Literal& literal, const Binding& binding) {
  for (const size_t side : {0, 1}) {
    if (Matcher::IsBound(literal.sides[side], binding) &&
        IsPattern(literal.sides[1 - side], binding)) {
      return side;
    }
  }
  return std::nullopt;
}

bool AreBound(const std::vector<Term>& terms, const Binding& binding) {
  return std::all_of(terms.begin(), terms.end(),
                     [&](const Term& term) { return Matcher::IsBound(term, binding); });
}

// In a negated atom `_` stands for any value.
bool IsFixed(const Term& term, const Binding& binding) {
  return term.form == Term::Form::kAny || Matcher::IsBound(term, binding);
}

// Whether an atom can be matched: its functors are bound, at the latest by itself.
bool IsMatchable(const Atom& atom, Binding binding) {
  for (const Term& argument : atom.arguments) BindPattern(argument, &binding);
  return std::all_of(atom.arguments.begin(), atom.arguments.end(), [&](const Term& argument) {
    return argument.form == Term::Form::kAny || IsPattern(argument, binding) ||
           argument.form == Term::Form::kRecord;
  });
}

// How good it is to go on with `literal`; nothing when it cannot be. Conditions come first, then
// atoms with most columns known.
std::optional<size_t> RankOf(const Literal& literal, const Binding& binding) {
  constexpr size_t kAtOnce = 1'000'000;
  if (literal.form == Literal::Form::kNegation) {
    const bool fixed = std::all_of(literal.atom.arguments.begin(), literal.atom.arguments.end(),
                                   [&](const Term& term) { return IsFixed(term, binding); });
    return fixed ? std::optional(kAtOnce) : std::nullopt;
  }
  if (literal.form == Literal::Form::kComparison) {
    if (AreBound(literal.sides, binding)) return kAtOnce;
    return literal.comparison == "=" && KnownSide(literal, binding).has_value()
               ? std::optional(kAtOnce)
               : std::nullopt;
  }
  if (!IsMatchable(literal.atom, binding)) return std::nullopt;
  return static_cast<size_t>(
      std::count_if(literal.atom.arguments.begin(), literal.atom.arguments.end(),
                    [&](const Term& term) { return Matcher::IsBound(term, binding); }));
}

}  // namespace

bool Range::Holds(int64_t value) const {
  const bool within = step > 0 ? value >= from && value < to : value <= from && value > to;
  return within && (value - from) % step == 0;
}

bool Matcher::IsBound(const Term& term, const Binding& binding) {
  switch (term.form) {
    case Term::Form::kVariable:
      return binding[term.variable].has_value();
    case Term::Form::kAny:
      return false;
    case Term::Form::kAggregate:
      return std::all_of(term.aggregate->shared.begin(), term.aggregate->shared.end(),
                         [&](uint32_t variable) { return binding[variable].has_value(); });
    default:
      return AreBound(term.arguments, binding);
  }
}

absl::StatusOr<Value> Matcher::Evaluate(const Term& term, const Binding& binding) {
  switch (term.form) {
    case Term::Form::kVariable:
      return *binding[term.variable];
    case Term::Form::kConstant:
      return term.value;
    case Term::Form::kAggregate: {
      const Total& total = *TotalOf(term, binding);
      return total.status.ok() ? absl::StatusOr<Value>(total.value) : total.status;
    }
    default:
      return Compute(term, binding);
  }
}

absl::StatusOr<Value> Matcher::Compute(const Term& term, const Binding& binding) {
  if (IsRange(term)) return absl::UnimplementedError("a range within a term is not checked");
  std::vector<Value> arguments;
  if (term.form == Term::Form::kRecord && !term.name.empty()) arguments.push_back(term.value);
  for (const Term& argument : term.arguments) {
    ASSIGN_OR_RETURN(const Value value, Evaluate(argument, binding));
    arguments.push_back(value);
  }
  return term.form == Term::Form::kRecord ? values_.Record(arguments)
                                          : Apply(term, arguments, &values_);
}

absl::StatusOr<bool> Matcher::Agrees(const Term& term, Value value, const Binding& binding) {
  ASSIGN_OR_RETURN(const Value own, Evaluate(term, binding));
  if (term.form != Term::Form::kAggregate) return own == value;
  Total& total = *TotalOf(term, binding);
  const double apart = std::abs(double{AsFloat(own)} - double{AsFloat(value)});
  if (own != value && (total.settled || total.slack == 0 || !(apart <= total.slack))) return false;
  total.value = value;
  total.settled = true;
  return true;
}

Matcher::Total* Matcher::TotalOf(const Term& term, const Binding& binding) {
  const Aggregate& aggregate = *term.aggregate;
  std::vector<Value> key;
  Binding shared(binding.size());
  for (const uint32_t variable : aggregate.shared) {
    shared[variable] = binding[variable];
    key.push_back(*binding[variable]);
  }
  auto known = totals_.find({&aggregate, key});
  if (known == totals_.end()) {
    absl::StatusOr<Total> total = TakeAggregate(aggregate, term.kind, shared);
    if (!total.ok()) total = Total{total.status()};
    known = totals_.emplace(std::pair(&aggregate, std::move(key)), *std::move(total)).first;
  }
  return &known->second;
}

absl::StatusOr<Matcher::Total> Matcher::TakeAggregate(const Aggregate& aggregate, Kind kind,
                                                      const Binding& shared) {
  const bool adds = aggregate.op == "count" || aggregate.op == "sum";
  bool any = false;
  Total total;
  FloatSum floats;
  absl::flat_hash_set<Binding> seen;
  const auto take = [&](const Binding& match) -> absl::Status {
    if (aggregate.by_name && !seen.insert(match).second) return absl::OkStatus();
    Value value = 1;
    if (!aggregate.target.empty()) {
      ASSIGN_OR_RETURN(value, Evaluate(aggregate.target[0], match));
    }
    const int order = any ? Compare(kind, value, total.value, values_) : 0;
    floats.Add(value);
    if (adds) {
      total.value += value;
    } else if (!any || (aggregate.op == "min" ? order < 0 : order > 0)) {
      total.value = value;
    }
    any = true;
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(ForEachMatch(aggregate.body, shared, take));
  if (!any && !adds) return absl::NotFoundError(absl::StrCat(aggregate.op, " of nothing"));
  const bool rounds = kind == Kind::kFloat && (aggregate.op == "sum" || aggregate.op == "mean");
  return rounds ? floats.Of(aggregate) : total;
}

void Matcher::FloatSum::Add(Value value) {
  sum += double{AsFloat(value)};
  magnitude += std::abs(double{AsFloat(value)});
  ++count;
}

Matcher::Total Matcher::FloatSum::Of(const Aggregate& aggregate) const {
  // Each addition rounds by half a unit in the last place of what it gives, at most `magnitude`.
  constexpr double kUnit = std::numeric_limits<float>::epsilon();
  const double share = aggregate.op == "mean" && count > 0 ? 1.0 / count : 1.0;
  Total total;
  total.value = FromFloat(static_cast<float>(sum * share));
  total.slack = count * kUnit * magnitude * share;
  return total;
}

absl::StatusOr<bool> Matcher::Holds(const Literal& literal, const Binding& binding) {
  if (literal.form == Literal::Form::kNegation) {
    ASSIGN_OR_RETURN(const std::optional<uint32_t> match, FindMatch(literal.atom, binding));
    return !match.has_value();
  }
  absl::StatusOr<bool> holds = Compares(literal, binding);
  // Of nothing there is no least: then the literal does not hold.
  return absl::IsNotFound(holds.status()) ? false : std::move(holds);
}

absl::StatusOr<bool> Matcher::Compares(const Literal& literal, const Binding& binding) {
  const std::string& name = literal.comparison;
  if (literal.sides.empty()) return name == "true";
  for (const size_t side : {0, 1}) {
    if (IsRange(literal.sides[side])) return IsInRange(literal, side, binding);
  }
  ASSIGN_OR_RETURN(const Value left, Evaluate(literal.sides[0], binding));
  ASSIGN_OR_RETURN(const Value right, Evaluate(literal.sides[1], binding));
  if (name == "=") {
    if (literal.sides[0].aggregate != nullptr) return Agrees(literal.sides[0], right, binding);
    if (literal.sides[1].aggregate != nullptr) return Agrees(literal.sides[1], left, binding);
    return left == right;
  }
  if (name == "!=") return left != right;
  if (name == "match" || name == "contains") return TextHolds(literal, left, right);
  if (literal.sides[0].kind == Kind::kRecord) {
    return absl::UnimplementedError("the order of records is not checked");
  }
  const int order = Compare(literal.sides[0].kind, left, right, values_);
  if (name == "<") return order < 0;
  if (name == "<=") return order <= 0;
  return name == ">" ? order > 0 : order >= 0;
}

absl::StatusOr<bool> Matcher::TextHolds(const Literal& literal, Value left, Value right) const {
  const std::string& pattern = values_.Text(left);
  const std::string& text = values_.Text(right);
  if (literal.comparison == "contains") return absl::StrContains(text, pattern) != literal.negated;
  const RE2 expression(pattern, RE2::Quiet);
  if (!expression.ok()) {
    return absl::OutOfRangeError(absl::StrCat("\"", pattern, "\" is no regular expression"));
  }
  return RE2::FullMatch(text, expression) != literal.negated;
}

absl::StatusOr<bool> Matcher::IsInRange(const Literal& literal, size_t range_side,
                                        const Binding& binding) {
  const Term& call = literal.sides[range_side];
  if (literal.comparison != "=") {
    return absl::UnimplementedError("a compared range is not checked");
  }
  ASSIGN_OR_RETURN(const Range range, RangeOf(call, binding));
  ASSIGN_OR_RETURN(const Value value, Evaluate(literal.sides[1 - range_side], binding));
  if (range.listed.has_value()) {
    return std::find(range.listed->begin(), range.listed->end(), value) != range.listed->end();
  }
  return range.Holds(call.kind == Kind::kNumber ? int64_t{Signed(value)} : int64_t{value});
}

absl::StatusOr<Range> Matcher::RangeOf(const Term& call, const Binding& binding) {
  if (call.arguments.size() < 2 || call.arguments.size() > 3) {
    return absl::InvalidArgumentError("a range has two bounds, and perhaps a step");
  }
  if (call.kind == Kind::kFloat) {
    std::vector<float> bounds;
    bounds.reserve(call.arguments.size());
    for (const Term& argument : call.arguments) {
      ASSIGN_OR_RETURN(const Value value, Evaluate(argument, binding));
      bounds.push_back(AsFloat(value));
    }
    return Range{.listed = FloatRange(bounds)};
  }
  std::vector<int64_t> bounds;
  bounds.reserve(call.arguments.size());
  for (const Term& argument : call.arguments) {
    ASSIGN_OR_RETURN(const Value value, Evaluate(argument, binding));
    bounds.push_back(call.kind == Kind::kNumber ? int64_t{Signed(value)} : int64_t{value});
  }
  const int64_t step = bounds.size() == 3 ? bounds[2] : bounds[0] <= bounds[1] ? 1 : -1;
  if (step != 0) return Range{bounds[0], bounds[1], step, std::nullopt};
  std::vector<Value> only = {static_cast<Value>(bounds[0])};
  if (bounds[0] == bounds[1]) only.clear();
  return Range{.listed = std::move(only)};
}

absl::StatusOr<bool> Matcher::Match(const Term& term, Value value, Binding* binding) {
  if (term.form == Term::Form::kAny) return true;
  if (term.form == Term::Form::kVariable) {
    std::optional<Value>& bound = (*binding)[term.variable];
    if (!bound.has_value()) bound = value;
    return *bound == value;
  }
  if (term.form != Term::Form::kRecord) return Agrees(term, value, *binding);
  if (value == 0) return false;
  const std::vector<Value> fields = values_.Fields(value);
  const size_t first = term.name.empty() ? 0 : 1;
  if (first == 1 && fields[0] != term.value) return false;
  for (size_t i = first; i < fields.size(); ++i) {
    ASSIGN_OR_RETURN(const bool matches, Match(term.arguments[i - first], fields[i], binding));
    if (!matches) return false;
  }
  return true;
}

absl::StatusOr<bool> Matcher::MatchFact(const Atom& atom, const Tuple& values, Binding* binding) {
  // Functors last: they may need what the other columns bind.
  for (const bool computed : {false, true}) {
    for (size_t i = 0; i < values.size(); ++i) {
      const Term& argument = atom.arguments[i];
      const bool call =
          argument.form == Term::Form::kCall || argument.form == Term::Form::kAggregate;
      if (call != computed) continue;
      if (call && !IsBound(argument, *binding)) return false;
      ASSIGN_OR_RETURN(const bool matches, Match(argument, values[i], binding));
      if (!matches) return false;
    }
  }
  return true;
}

absl::StatusOr<std::optional<uint32_t>> Matcher::FindMatch(const Atom& atom,
                                                           const Binding& binding) {
  std::vector<uint32_t> columns;
  Tuple key;
  for (uint32_t i = 0; i < atom.arguments.size(); ++i) {
    if (atom.arguments[i].form == Term::Form::kAny) continue;
    ASSIGN_OR_RETURN(const Value value, Evaluate(atom.arguments[i], binding));
    columns.push_back(i);
    key.push_back(value);
  }
  if (key.size() == atom.arguments.size()) return facts_.Find(atom.relation, key);
  const std::vector<uint32_t>& facts = facts_.Matching(atom.relation, columns, key);
  return facts.empty() ? std::nullopt : std::optional(facts[0]);
}

absl::Status Matcher::ForEachMatch(const std::vector<Literal>& body, const Binding& binding,
                                   const Visit& visit) {
  auto at = orders_.find(&body);
  if (at == orders_.end()) {
    ASSIGN_OR_RETURN(Order order, OrderOf(body, binding));
    at = orders_.emplace(&body, std::move(order)).first;
  }
  const Order order = at->second;  // a nested aggregate may move what the map holds
  return ForEachFrom(order, 0, binding, visit);
}

absl::StatusOr<Matcher::Order> Matcher::OrderOf(const std::vector<Literal>& body,
                                                const Binding& binding) const {
  Order order;
  Binding bound = binding;
  std::vector<const Literal*> open;
  open.reserve(body.size());
  for (const Literal& literal : body) open.push_back(&literal);
  while (!open.empty()) {
    size_t best = open.size();
    std::pair<size_t, size_t> best_rank;
    for (size_t i = 0; i < open.size(); ++i) {
      const std::optional<size_t> rank = RankOf(*open[i], bound);
      if (!rank.has_value()) continue;
      const bool atom = open[i]->form == Literal::Form::kAtom;
      const size_t facts = atom ? facts_.Of(open[i]->atom.relation).size() : 0;
      const std::pair<size_t, size_t> with_size(*rank, SIZE_MAX - facts);
      if (best != open.size() && with_size <= best_rank) continue;
      best = i;
      best_rank = with_size;
    }
    if (best == open.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("nothing binds the variables of ", open[0]->text));
    }
    for (const Term& argument : open[best]->atom.arguments) BindPattern(argument, &bound);
    for (const Term& side : open[best]->sides) BindPattern(side, &bound);
    order.push_back(open[best]);
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(best));
  }
  return order;
}

absl::Status Matcher::ForEachFrom(const Order& order, size_t at, const Binding& binding,
                                  const Visit& visit) {
  if (at == order.size()) return visit(binding);
  const Literal& literal = *order[at];
  if (literal.form == Literal::Form::kAtom) return ForEachFact(order, at, binding, visit);
  const bool binds = literal.form == Literal::Form::kComparison && literal.comparison == "=" &&
                     !AreBound(literal.sides, binding);
  if (binds) return ForEachValue(order, at, binding, visit);
  ASSIGN_OR_RETURN(const bool holds, Holds(literal, binding));
  return holds ? ForEachFrom(order, at + 1, binding, visit) : absl::OkStatus();
}

absl::Status Matcher::ForEachFact(const Order& order, size_t at, const Binding& binding,
                                  const Visit& visit) {
  const Atom& atom = order[at]->atom;
  std::vector<uint32_t> columns;
  Tuple key;
  for (uint32_t i = 0; i < atom.arguments.size(); ++i) {
    if (!IsBound(atom.arguments[i], binding)) continue;
    ASSIGN_OR_RETURN(const Value value, Evaluate(atom.arguments[i], binding));
    columns.push_back(i);
    key.push_back(value);
  }
  if (!key.empty() && key.size() == atom.arguments.size()) {
    const bool there = facts_.Find(atom.relation, key).has_value();
    return there ? ForEachFrom(order, at + 1, binding, visit) : absl::OkStatus();
  }
  for (const uint32_t fact : facts_.Matching(atom.relation, columns, key)) {
    Binding next = binding;
    ASSIGN_OR_RETURN(const bool matches, MatchFact(atom, facts_.fact(fact).values, &next));
    if (matches) RETURN_IF_ERROR(ForEachFrom(order, at + 1, next, visit));
  }
  return absl::OkStatus();
}

absl::Status Matcher::ForEachInRange(const Term& call, const Binding& binding,
                                     const std::function<absl::Status(Value)>& visit) {
  ASSIGN_OR_RETURN(const Range range, RangeOf(call, binding));
  for (const Value value : range.listed.value_or(std::vector<Value>())) {
    RETURN_IF_ERROR(visit(value));
  }
  if (range.listed.has_value()) return absl::OkStatus();
  for (int64_t value = range.from; range.Holds(value); value += range.step) {
    RETURN_IF_ERROR(visit(static_cast<Value>(value)));
  }
  return absl::OkStatus();
}

absl::Status Matcher::ForEachValue(const Order& order, size_t at, const Binding& binding,
                                   const Visit& visit) {
  const Literal& literal = *order[at];
  const size_t known = *KnownSide(literal, binding);
  const Term& pattern = literal.sides[1 - known];
  const auto go_on = [&](Value value) -> absl::Status {
    Binding next = binding;
    ASSIGN_OR_RETURN(const bool matches, Match(pattern, value, &next));
    return matches ? ForEachFrom(order, at + 1, next, visit) : absl::OkStatus();
  };
  if (IsRange(literal.sides[known])) return ForEachInRange(literal.sides[known], binding, go_on);
  const absl::StatusOr<Value> value = Evaluate(literal.sides[known], binding);
  if (absl::IsNotFound(value.status())) return absl::OkStatus();
  RETURN_IF_ERROR(value.status());
  return go_on(*value);
}

}  // namespace cartograph::verify
