#include "rules/engine/body.h"

namespace cartograph::rules {
namespace {

bool IsSimple(const Term& term) {
  return term.kind == Term::Kind::kVariable || term.kind == Term::Kind::kConstant ||
         term.kind == Term::Kind::kWildcard;
}

// Collects literals and the equalities of fresh variables.
class Normalizer {
 public:
  explicit Normalizer(Body* body) : body_(body) {}

  void Add(Literal literal) {
    if (literal.kind == Literal::Kind::kAtom || literal.kind == Literal::Kind::kNegation) {
      for (Term& argument : literal.atom.arguments) Simplify(&argument);
    }
    if (literal.kind == Literal::Kind::kConstraint && literal.comparison == Comparison::kEqual) {
      // A record is taken apart from a variable, so one stands on the other side.
      if (literal.left.kind == Term::Kind::kRecord && literal.right.kind != Term::Kind::kVariable) {
        Simplify(&literal.left);
      } else if (literal.right.kind == Term::Kind::kRecord &&
                 literal.left.kind != Term::Kind::kVariable) {
        Simplify(&literal.right);
      }
      SimplifyFields(&literal.left);
      SimplifyFields(&literal.right);
    }
    body_->literals.push_back(std::move(literal));
  }

 private:
  void SimplifyFields(Term* term) {
    if (term->kind != Term::Kind::kRecord) return;
    for (Term& field : term->arguments) Simplify(&field);
  }

  // Replaces `term` by a fresh variable that equals it, unless it is simple.
  void Simplify(Term* term) {
    if (IsSimple(*term)) return;
    Term variable;
    variable.kind = Term::Kind::kVariable;
    variable.value_kind = term->value_kind;
    variable.variable = static_cast<uint32_t>(body_->variable_kinds.size());
    body_->variable_kinds.push_back(term->value_kind);
    Literal equality;
    equality.kind = Literal::Kind::kConstraint;
    equality.comparison = Comparison::kEqual;
    equality.left = variable;
    equality.right = std::move(*term);
    *term = variable;
    Add(std::move(equality));
  }

  Body* body_;
};

}  // namespace

Body Normalize(const std::vector<Literal>& literals, std::vector<ValueKind> variable_kinds) {
  Body body;
  body.variable_kinds = std::move(variable_kinds);
  Normalizer normalizer(&body);
  for (const Literal& literal : literals) normalizer.Add(literal);
  return body;
}

void CollectVariables(const Term& term, std::vector<uint32_t>* out) {
  if (term.kind == Term::Kind::kVariable) out->push_back(term.variable);
  for (const Term& argument : term.arguments) CollectVariables(argument, out);
}

std::vector<uint32_t> VariablesOf(const Literal& literal) {
  std::vector<uint32_t> variables;
  switch (literal.kind) {
    case Literal::Kind::kAtom:
    case Literal::Kind::kNegation:
      for (const Term& argument : literal.atom.arguments) CollectVariables(argument, &variables);
      break;
    case Literal::Kind::kConstraint:
      CollectVariables(literal.left, &variables);
      CollectVariables(literal.right, &variables);
      break;
    case Literal::Kind::kAggregate:
      variables = literal.aggregate->outer;
      variables.push_back(literal.aggregate->result);
      break;
    case Literal::Kind::kRange:
      for (const Term& term : literal.range) CollectVariables(term, &variables);
      variables.push_back(literal.result);
      break;
  }
  return variables;
}

}  // namespace cartograph::rules
