#include "rules/analysis/schedule.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/check.h"

namespace cartograph::rules {
namespace {

class Scheduler {
 public:
  explicit Scheduler(size_t variables) : bound_(variables) {}

  std::optional<SourceSpan> Run(const std::vector<Literal>& body) {
    std::vector<const Literal*> waiting;
    for (const Literal& literal : body) waiting.push_back(&literal);
    while (!waiting.empty()) {
      size_t before = waiting.size();
      std::vector<const Literal*> still;
      for (const Literal* literal : waiting) {
        if (!Take(*literal)) still.push_back(literal);
        if (stuck_) return stuck_;
      }
      waiting = std::move(still);
      if (waiting.size() == before) return waiting[0]->span;
    }
    return std::nullopt;
  }

  void Bind(const Atom& atom) {
    for (const Term& argument : atom.arguments) Bind(argument);
  }

  // Whether `literal` only tests what is bound already.
  bool IsTest(const Literal& literal) const {
    return literal.kind == Literal::Kind::kConstraint && Known(literal.left) &&
           Known(literal.right);
  }

  // Takes the first literal of `waiting` that can be taken, tests before others, out of it.
  ScheduledLiteral TakeNext(const std::vector<Literal>& body, std::vector<size_t>* waiting) {
    auto next = std::find_if(waiting->begin(), waiting->end(),
                             [&](size_t literal) { return IsTest(body[literal]); });
    if (next == waiting->end()) {
      next = std::find_if(waiting->begin(), waiting->end(),
                          [&](size_t literal) { return Take(body[literal]); });
    }
    CHECK(next != waiting->end());
    ScheduledLiteral scheduled{*next, bound_};
    waiting->erase(next);
    return scheduled;
  }

 private:
  bool Known(const Term& term) const {
    if (term.kind == Term::Kind::kVariable) return bound_[term.variable];
    return AllKnown(term.arguments);
  }

  bool AllKnown(const std::vector<Term>& terms) const {
    return std::all_of(terms.begin(), terms.end(), [&](const Term& term) { return Known(term); });
  }

  // Whether a value matched with `term` binds what is unbound in it.
  bool Matches(const Term& term) const {
    if (term.kind == Term::Kind::kVariable) return true;
    if (term.kind != Term::Kind::kRecord) return Known(term);
    return std::all_of(term.arguments.begin(), term.arguments.end(),
                       [&](const Term& argument) { return Matches(argument); });
  }

  void Bind(const Term& term) {
    if (term.kind == Term::Kind::kVariable) bound_[term.variable] = true;
    if (term.kind != Term::Kind::kRecord) return;
    for (const Term& argument : term.arguments) Bind(argument);
  }

  bool Take(const Literal& literal) {
    switch (literal.kind) {
      case Literal::Kind::kAtom:
        Bind(literal.atom);
        return true;
      case Literal::Kind::kNegation:
        return AllKnown(literal.atom.arguments);
      case Literal::Kind::kConstraint:
        return TakeConstraint(literal);
      case Literal::Kind::kAggregate:
        return TakeAggregate(*literal.aggregate);
      case Literal::Kind::kRange:
        if (!AllKnown(literal.range)) return false;
        bound_[literal.result] = true;
        return true;
    }
    return false;
  }

  bool TakeConstraint(const Literal& literal) {
    if (Known(literal.left) && Known(literal.right)) return true;
    if (literal.comparison != Comparison::kEqual) return false;
    bool from_left = Known(literal.left) && Matches(literal.right);
    bool from_right = Known(literal.right) && Matches(literal.left);
    if (!from_left && !from_right) return false;
    Bind(from_left ? literal.right : literal.left);
    return true;
  }

  bool TakeAggregate(const Aggregate& aggregate) {
    for (uint32_t variable : aggregate.outer) {
      if (!bound_[variable]) return false;
    }
    std::vector<bool> outside = bound_;
    stuck_ = Run(aggregate.body);
    bound_ = std::move(outside);
    bound_[aggregate.result] = true;
    return true;
  }

  std::vector<bool> bound_;
  std::optional<SourceSpan> stuck_;
};

}  // namespace

std::vector<ScheduledLiteral> Schedule(const std::vector<Literal>& body, size_t variables) {
  Scheduler scheduler(variables);
  std::vector<size_t> waiting(body.size());
  std::iota(waiting.begin(), waiting.end(), size_t{0});
  std::vector<ScheduledLiteral> order;
  while (!waiting.empty()) order.push_back(scheduler.TakeNext(body, &waiting));
  return order;
}

std::optional<SourceSpan> FindUnschedulable(const std::vector<Literal>& body, size_t variables,
                                            const std::vector<const Atom*>& given) {
  Scheduler scheduler(variables);
  for (const Atom* atom : given) scheduler.Bind(*atom);
  return scheduler.Run(body);
}

}  // namespace cartograph::rules
