#include "tests/support/plain_join.h"

#include <algorithm>

namespace cartograph::rules {
namespace {

// Whether `literal`, which is no atom, holds; nothing while it cannot be told.
std::optional<bool> Test(const Model& model, const Literal& literal, Substitution* known) {
  if (literal.kind == Literal::Kind::kNegation) return IsAbsent(model, literal.atom, *known);
  if (literal.kind != Literal::Kind::kConstraint) return std::nullopt;
  return TestConstraint(literal, known, model.program().interning.get());
}

class NestedLoops {
 public:
  NestedLoops(const Model& model, const std::vector<Literal>& body,
              const std::function<void(const Substitution&)>& visit)
      : model_(model), body_(body), visit_(visit) {}

  void Extend(Substitution known, std::vector<bool> done) const {
    if (!TestReady(&known, &done)) return;
    size_t next = 0;
    while (next < body_.size() && (done[next] || body_[next].kind != Literal::Kind::kAtom)) ++next;
    if (next == body_.size()) return visit_(known);
    done[next] = true;
    const Atom& atom = body_[next].atom;
    model_.relation(atom.predicate).ForEach([&](TupleView values) {
      Substitution extended = known;
      bool matches = true;
      for (size_t c = 0; c < values.size() && matches; ++c) {
        matches = Unify(atom.arguments[c], values[c], &extended, model_.program().interning.get());
      }
      if (matches) Extend(std::move(extended), done);
      return true;
    });
  }

 private:
  // Tests what can be told; false when something does not hold.
  bool TestReady(Substitution* known, std::vector<bool>* done) const {
    for (bool again = true; again;) {
      again = false;
      for (size_t i = 0; i < body_.size(); ++i) {
        if ((*done)[i] || body_[i].kind == Literal::Kind::kAtom) continue;
        const std::optional<bool> holds = Test(model_, body_[i], known);
        if (!holds.has_value()) continue;
        if (!*holds) return false;
        (*done)[i] = again = true;
      }
    }
    return true;
  }

  const Model& model_;
  const std::vector<Literal>& body_;
  const std::function<void(const Substitution&)>& visit_;
};

}  // namespace

void ForEachBinding(const Model& model, const std::vector<Literal>& body, const Substitution& known,
                    const std::function<void(const Substitution&)>& visit) {
  NestedLoops(model, body, visit).Extend(known, std::vector<bool>(body.size()));
}

std::optional<bool> IsAbsent(const Model& model, const Atom& atom, const Substitution& known) {
  for (const Term& argument : atom.arguments) {
    if (argument.kind == Term::Kind::kVariable && known.count(argument.variable) == 0)
      return std::nullopt;
  }
  bool absent = true;
  model.relation(atom.predicate).ForEach([&](TupleView values) {
    bool matches = true;
    Substitution copy = known;
    for (size_t c = 0; c < values.size() && matches; ++c) {
      matches = Unify(atom.arguments[c], values[c], &copy, model.program().interning.get());
    }
    absent = !matches;
    return absent;
  });
  return absent;
}

std::optional<bool> TestConstraint(const Literal& literal, Substitution* known,
                                   Interning* interning) {
  if (literal.comparison == Comparison::kTrue) return true;
  if (literal.comparison == Comparison::kFalse) return false;
  const auto left = EvaluatePlainly(literal.left, *known, interning);
  const auto right = EvaluatePlainly(literal.right, *known, interning);
  if (left.has_value() && right.has_value()) {
    return ComparePlainly(literal.comparison, literal.left.value_kind, *left, *right, *interning);
  }
  if (literal.comparison != Comparison::kEqual || (!left.has_value() && !right.has_value()))
    return std::nullopt;
  const Term& open = left.has_value() ? literal.right : literal.left;
  if (open.kind == Term::Kind::kCall) return std::nullopt;
  return Unify(open, left.has_value() ? *left : *right, known, interning);
}

}  // namespace cartograph::rules
