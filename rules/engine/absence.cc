#include "rules/engine/absence.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rules/engine/body.h"
#include "rules/engine/rule_instances.h"
#include "rules/engine/term_text.h"

namespace cartograph::rules {
namespace {

// Bindings of a prefix that are looked at to find the first by text.
constexpr size_t kWitnessesMax = 32;

// Variables that must be bound before `literal` can be decided.
std::vector<uint32_t> NeededBy(const Literal& literal, const std::vector<bool>& bound) {
  std::vector<uint32_t> needed;
  switch (literal.kind) {
    case Literal::Kind::kAtom:
      break;
    case Literal::Kind::kNegation:
      for (const Term& argument : literal.atom.arguments) CollectVariables(argument, &needed);
      break;
    case Literal::Kind::kAggregate:
      needed = literal.aggregate->outer;
      break;
    case Literal::Kind::kRange:
      for (const Term& term : literal.range) CollectVariables(term, &needed);
      break;
    case Literal::Kind::kConstraint: {
      // An equality binds a variable, or takes a record apart.
      const auto binds = [&](const Term& side) {
        return literal.comparison == Comparison::kEqual &&
               ((side.kind == Term::Kind::kVariable && !bound[side.variable]) ||
                side.kind == Term::Kind::kRecord);
      };
      if (!binds(literal.left)) CollectVariables(literal.left, &needed);
      if (!binds(literal.right) || binds(literal.left)) CollectVariables(literal.right, &needed);
      break;
    }
  }
  return needed;
}

// The body's literals as written, but each only when what it needs is bound.
std::vector<uint32_t> DecidableOrder(const Rule& rule, const Pattern& head) {
  std::vector<bool> bound(rule.variables.size());
  for (size_t column = 0; column < head.size(); ++column) {
    const Term& argument = rule.head.arguments[column];
    if (head[column].has_value() && argument.kind == Term::Kind::kVariable)
      bound[argument.variable] = true;
  }
  std::vector<uint32_t> order;
  std::vector<bool> taken(rule.body.size());
  const auto ready = [&](uint32_t i) {
    const std::vector<uint32_t> needed = NeededBy(rule.body[i], bound);
    return !taken[i] && std::all_of(needed.begin(), needed.end(),
                                    [&](uint32_t variable) { return bound[variable]; });
  };
  while (order.size() < rule.body.size()) {
    uint32_t next = 0;
    while (next < rule.body.size() && !ready(next)) ++next;
    if (next == rule.body.size()) break;
    taken[next] = true;
    order.push_back(next);
    for (const uint32_t variable : VariablesOf(rule.body[next])) bound[variable] = true;
  }
  return order;
}

// Whether constants of the head exclude the pattern.
bool HeadFits(const Rule& rule, const Pattern& pattern) {
  for (size_t column = 0; column < pattern.size(); ++column) {
    const Term& argument = rule.head.arguments[column];
    if (pattern[column].has_value() && argument.kind == Term::Kind::kConstant &&
        argument.constant != *pattern[column]) {
      return false;
    }
  }
  return true;
}

class FailureFinder {
 public:
  FailureFinder(const Model& model, const Pattern& pattern, base::Budget* budget)
      : model_(model), pattern_(pattern), instances_(model, budget) {}

  absl::StatusOr<RuleFailure> Find(uint32_t index) {
    const Rule& rule = model_.program().rules[index];
    const std::vector<uint32_t> order = DecidableOrder(rule, pattern_);
    RuleFailure failure;
    failure.rule = index;
    failure.literals = rule.body.size();
    std::vector<std::optional<Value>> values = ValuesOf(rule, {}, {});
    std::vector<uint32_t> prefix;
    size_t satisfied = 0;
    for (; satisfied < order.size(); ++satisfied) {
      prefix.push_back(order[satisfied]);
      ASSIGN_OR_RETURN(const auto bindings,
                       instances_.FindPartly(index, prefix, pattern_, kWitnessesMax));
      if (bindings.empty()) break;
      values = FirstByText(rule, prefix, bindings);
    }
    Write(rule, order, satisfied, values, &failure);
    return failure;
  }

 private:
  // By variable: what the head's pattern and the literals bind.
  std::vector<std::optional<Value>> ValuesOf(const Rule& rule,
                                             const std::vector<uint32_t>& literals,
                                             const Binding& binding) const {
    std::vector<std::optional<Value>> values(rule.variables.size());
    for (size_t column = 0; column < pattern_.size(); ++column) {
      const Term& argument = rule.head.arguments[column];
      if (argument.kind == Term::Kind::kVariable) values[argument.variable] = pattern_[column];
    }
    for (const uint32_t literal : literals) {
      for (const uint32_t variable : VariablesOf(rule.body[literal]))
        values[variable] = Value(binding[variable]);
    }
    return values;
  }

  std::vector<std::optional<Value>> FirstByText(const Rule& rule,
                                                const std::vector<uint32_t>& literals,
                                                const std::vector<Binding>& bindings) const {
    std::string first;
    std::vector<std::optional<Value>> best;
    for (const Binding& binding : bindings) {
      std::vector<std::optional<Value>> values = ValuesOf(rule, literals, binding);
      const TermWriter writer(model_.program(), model_.interning(), rule, values);
      std::string text;
      for (const uint32_t literal : literals) text += writer.LiteralText(rule.body[literal]);
      if (!best.empty() && text >= first) continue;
      first = std::move(text);
      best = std::move(values);
    }
    return best;
  }

  void Write(const Rule& rule, const std::vector<uint32_t>& order, size_t satisfied,
             const std::vector<std::optional<Value>>& values, RuleFailure* failure) const {
    const TermWriter writer(model_.program(), model_.interning(), rule, values);
    for (size_t i = 0; i < order.size() && i <= satisfied; ++i) {
      const std::string text = writer.LiteralText(rule.body[order[i]]);
      if (i < satisfied) {
        failure->satisfied.push_back(text);
      } else {
        failure->failing = text;
      }
    }
    for (uint32_t v = 0; v < rule.variables.size(); ++v) {
      if (rule.variables[v].empty() || !values[v].has_value()) continue;
      failure->bindings.emplace_back(rule.variables[v], writer.VariableText(v));
    }
  }

  const Model& model_;
  const Pattern& pattern_;
  RuleInstances instances_;
};

absl::Status CheckAbsent(const Model& model, PredicateId predicate, const Pattern& pattern,
                         base::Budget* budget) {
  bool found = false;
  RETURN_IF_ERROR(Query(model, predicate, pattern, 0, budget, [&](TupleView) {
    found = true;
    return false;
  }));
  return found ? absl::FailedPreconditionError("it holds") : absl::OkStatus();
}

}  // namespace

absl::StatusOr<Absence> ExplainAbsence(const Model& model, PredicateId predicate,
                                       const Pattern& pattern, const AbsenceOptions& options,
                                       base::Budget* budget) {
  RETURN_IF_ERROR(CheckAbsent(model, predicate, pattern, budget));
  Absence absence;
  FailureFinder finder(model, pattern, budget);
  for (uint32_t rule = 0; rule < model.program().rules.size(); ++rule) {
    const Rule& written = model.program().rules[rule];
    if (written.head.predicate != predicate || !HeadFits(written, pattern)) continue;
    ASSIGN_OR_RETURN(RuleFailure failure, finder.Find(rule));
    absence.failures.push_back(std::move(failure));
  }
  std::stable_sort(absence.failures.begin(), absence.failures.end(),
                   [](const RuleFailure& a, const RuleFailure& b) {
                     return a.literals - a.satisfied.size() < b.literals - b.satisfied.size();
                   });
  ASSIGN_OR_RETURN(absence.repairs,
                   FindRepairs(model, predicate, pattern, options.repairs, budget));
  return absence;
}

}  // namespace cartograph::rules
