#include "rules/engine/join_order.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "rules/engine/expression.h"

namespace cartograph::rules {
namespace {

constexpr size_t kExhaustiveMax = 8;
constexpr double kFilterFactor =
    0.5;                           // rows that pass a constraint or negation, for want of knowledge
constexpr double kRangeRows = 16;  // rows of a range()
constexpr double kAggregateCost = 8;  // rows' worth of work to aggregate for one row

bool AllBound(const std::vector<uint32_t>& variables, const std::vector<bool>& bound) {
  return std::all_of(variables.begin(), variables.end(), [&](uint32_t v) { return bound[v]; });
}

bool AllBound(const Term& term, const std::vector<bool>& bound) {
  std::vector<uint32_t> variables;
  CollectVariables(term, &variables);
  return AllBound(variables, bound);
}

// Whether the side `from` of an equality, once known, gives the side `to`.
bool Gives(const Term& from, const Term& to, const std::vector<bool>& bound) {
  if (!AllBound(from, bound)) return false;
  return to.kind == Term::Kind::kVariable ||
         (to.kind == Term::Kind::kRecord && from.kind == Term::Kind::kVariable);
}

bool IsEquality(const Literal& literal) {
  return literal.kind == Literal::Kind::kConstraint && literal.comparison == Comparison::kEqual;
}

bool CanFail(const Literal& literal) {
  if (literal.kind == Literal::Kind::kRange) {
    return std::any_of(literal.range.begin(), literal.range.end(),
                       [](const Term& term) { return CanFail(term); });
  }
  if (literal.kind != Literal::Kind::kConstraint) return false;
  const bool matches =
      literal.comparison == Comparison::kMatch || literal.comparison == Comparison::kNotMatch;
  return matches || CanFail(literal.left) || CanFail(literal.right);
}

// A partly ordered body.
struct State {
  std::vector<uint32_t> order;
  std::vector<bool> placed;
  std::vector<bool> bound;
  double rows = 1;
  double cost = 0;
};

class Planner {
 public:
  explicit Planner(const OrderRequest& request)
      : request_(request), literals_(request.body->literals) {}

  OrderPlan Run() {
    State start;
    start.placed.resize(literals_.size());
    start.bound.resize(request_.body->variable_kinds.size());
    for (const uint32_t variable : request_.bound) start.bound[variable] = true;
    knows_factors_ = request_.costs || CountChoices() > 1;
    if (request_.first.has_value()) Place(*request_.first, &start);
    if (request_.scan_first) start.cost += request_.statistics[*request_.first].rows;
    PlaceFilters(&start);
    std::vector<uint32_t>
        steps;  // atoms, ranges, aggregates and what may fail: those with a choice
    for (uint32_t i = 0; i < literals_.size(); ++i) {
      if (!start.placed[i] && HasChoice(literals_[i])) steps.push_back(i);
    }
    State end = steps.size() <= kExhaustiveMax ? Exhaustive(start, steps) : Greedy(start, steps);
    CHECK(end.order.size() == literals_.size());
    return {std::move(end.order), end.cost, end.rows};
  }

 private:
  static bool HasChoice(const Literal& literal) {
    return literal.kind == Literal::Kind::kAtom || literal.kind == Literal::Kind::kRange ||
           literal.kind == Literal::Kind::kAggregate || CanFail(literal);
  }

  // Literals that could stand in more than one place.
  size_t CountChoices() const {
    size_t count = 0;
    for (uint32_t i = 0; i < literals_.size(); ++i) {
      count += HasChoice(literals_[i]) && request_.first != i ? 1 : 0;
    }
    return count;
  }

  // Rows that one row becomes by `literal`; 1 where no order depends on it, because counting
  // different values is not free.
  double Factor(uint32_t index, const std::vector<bool>& bound) const {
    const Literal& literal = literals_[index];
    if (!knows_factors_) return 1;
    if (literal.kind == Literal::Kind::kRange) return kRangeRows;
    if (literal.kind != Literal::Kind::kAtom) return IsEquality(literal) ? 1 : kFilterFactor;
    const AtomStatistics& statistics = request_.statistics[index];
    double rows = statistics.rows;
    for (size_t c = 0; c < literal.atom.arguments.size(); ++c) {
      const Term& argument = literal.atom.arguments[c];
      const bool known = argument.kind == Term::Kind::kConstant ||
                         (argument.kind == Term::Kind::kVariable && bound[argument.variable]);
      if (known) rows /= std::max(1.0, statistics.Distinct(c));
    }
    return rows;
  }

  void Place(uint32_t index, State* state) const {
    state->rows *= Factor(index, state->bound);
    state->cost += state->rows + 1;
    if (literals_[index].kind == Literal::Kind::kAggregate)
      state->cost += kAggregateCost * state->rows;
    state->placed[index] = true;
    state->order.push_back(index);
    for (const uint32_t variable : VariablesOf(literals_[index])) state->bound[variable] = true;
  }

  // Places everything that is ready, cannot fail and never multiplies rows: comparisons, then
  // bindings, then negations.
  void PlaceFilters(State* state) const {
    for (bool again = true; again;) {
      again = false;
      for (const int rank : {0, 1, 2}) {
        for (uint32_t i = 0; i < literals_.size() && !again; ++i) {
          if (state->placed[i] || HasChoice(literals_[i]) ||
              RankOf(literals_[i], state->bound) != rank)
            continue;
          if (!IsReady(literals_[i], state->bound)) continue;
          Place(i, state);
          again = true;
        }
        if (again) break;
      }
    }
  }

  static int RankOf(const Literal& literal, const std::vector<bool>& bound) {
    if (literal.kind == Literal::Kind::kNegation) return 2;
    return AllBound(VariablesOf(literal), bound) ? 0 : 1;
  }

  State Extend(const State& state, uint32_t step) const {
    State next = state;
    Place(step, &next);
    PlaceFilters(&next);
    return next;
  }

  bool IsCandidate(const State& state, uint32_t step) const {
    if (state.placed[step] || !IsReady(literals_[step], state.bound)) return false;
    return !CanFail(literals_[step]) || IsNeeded(state, step);
  }

  // Whether every atom still to place has a variable that `step` binds. A step that may fail waits
  // for all others: what they rule out must not end the evaluation with an error.
  bool IsNeeded(const State& state, uint32_t step) const {
    std::vector<bool> binds(state.bound.size());
    for (const uint32_t v : VariablesOf(literals_[step])) binds[v] = !state.bound[v];
    for (uint32_t i = 0; i < literals_.size(); ++i) {
      if (state.placed[i] || literals_[i].kind != Literal::Kind::kAtom) continue;
      const std::vector<uint32_t> variables = VariablesOf(literals_[i]);
      if (std::none_of(variables.begin(), variables.end(), [&](uint32_t v) { return binds[v]; })) {
        return false;
      }
    }
    return true;
  }

  // The cheapest order of `steps`: best[s] is the best way to place the subset s.
  State Exhaustive(const State& start, const std::vector<uint32_t>& steps) const {
    std::vector<State> best(size_t{1} << steps.size());
    std::vector<bool> known(best.size());
    best[0] = start;
    known[0] = true;
    for (size_t set = 0; set < best.size(); ++set) {
      if (!known[set]) continue;
      for (size_t i = 0; i < steps.size(); ++i) {
        const size_t with = set | size_t{1} << i;
        if (with == set || !IsCandidate(best[set], steps[i])) continue;
        State next = Extend(best[set], steps[i]);
        if (known[with] && best[with].cost <= next.cost) continue;
        best[with] = std::move(next);
        known[with] = true;
      }
    }
    CHECK(known.back());
    return best.back();
  }

  State Greedy(State state, const std::vector<uint32_t>& steps) const {
    for (size_t count = 0; count < steps.size(); ++count) {
      std::optional<State> best;
      for (const uint32_t step : steps) {
        if (!IsCandidate(state, step)) continue;
        State next = Extend(state, step);
        if (!best.has_value() || next.cost < best->cost) best = std::move(next);
      }
      CHECK(best.has_value());
      state = *std::move(best);
    }
    return state;
  }

  const OrderRequest& request_;
  const std::vector<Literal>& literals_;
  bool knows_factors_ = true;
};

}  // namespace

bool IsReady(const Literal& literal, const std::vector<bool>& bound) {
  switch (literal.kind) {
    case Literal::Kind::kAtom:
      return true;
    case Literal::Kind::kNegation:
      return AllBound(VariablesOf(literal), bound);
    case Literal::Kind::kAggregate:
      return AllBound(literal.aggregate->outer, bound);
    case Literal::Kind::kRange:
      return std::all_of(literal.range.begin(), literal.range.end(),
                         [&](const Term& term) { return AllBound(term, bound); });
    case Literal::Kind::kConstraint:
      break;
  }
  if (AllBound(VariablesOf(literal), bound)) return true;
  return IsEquality(literal) &&
         (Gives(literal.left, literal.right, bound) || Gives(literal.right, literal.left, bound));
}

OrderPlan OrderLiterals(const OrderRequest& request) { return Planner(request).Run(); }

}  // namespace cartograph::rules
