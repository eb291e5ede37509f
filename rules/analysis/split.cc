#include "rules/analysis/split.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace cartograph::rules {
namespace {

// Limits of what one written rule comes to; beyond them it is data, or an attack.
constexpr size_t kClausesMax = 1000;
constexpr size_t kLiteralsMax = 20'000;   // of all clauses together
constexpr uint32_t kTermsMax = 20'000;    // of one clause
constexpr uint32_t kAggregatesMax = 100;  // of one clause

struct SignedLiteral {
  const BodySyntax* literal;
  bool negated;
};
using Conjunction = std::vector<SignedLiteral>;
using Disjunction = std::vector<Conjunction>;

// The disjunctive normal form of a body. Empty, and too_large(), when it passes the limits.
class NormalForm {
 public:
  explicit NormalForm(const BodySyntax& body) : disjuncts_(Expand(body, false)) {}

  const Disjunction& disjuncts() const { return disjuncts_; }
  bool too_large() const { return too_large_; }

 private:
  Disjunction Expand(const BodySyntax& body, bool negated) {
    switch (body.kind) {
      case BodySyntax::Kind::kAtom:
      case BodySyntax::Kind::kConstraint:
        return {{SignedLiteral{&body, negated}}};
      case BodySyntax::Kind::kNegation:
        return Expand(body.parts[0], !negated);
      case BodySyntax::Kind::kConjunction:
        return negated ? Union(body, true) : Product(body, false);
      case BodySyntax::Kind::kDisjunction:
        return negated ? Product(body, true) : Union(body, false);
    }
    return {};
  }

  Disjunction Union(const BodySyntax& body, bool negated) {
    Disjunction all;
    for (const BodySyntax& part : body.parts) {
      for (Conjunction& conjunction : Expand(part, negated)) all.push_back(std::move(conjunction));
    }
    return Bounded(std::move(all));
  }

  Disjunction Product(const BodySyntax& body, bool negated) {
    Disjunction all = {{}};
    for (const BodySyntax& part : body.parts) {
      Disjunction factor = Expand(part, negated);
      if (all.size() * factor.size() > kClausesMax) too_large_ = true;
      if (too_large_) return {};
      if (factor.size() == 1) {  // by far the most common
        for (Conjunction& left : all) left.insert(left.end(), factor[0].begin(), factor[0].end());
        continue;
      }
      Disjunction next;
      for (const Conjunction& left : all) {
        for (const Conjunction& right : factor) {
          next.push_back(left);
          next.back().insert(next.back().end(), right.begin(), right.end());
        }
      }
      all = Bounded(std::move(next));
    }
    return Bounded(std::move(all));
  }

  Disjunction Bounded(Disjunction all) {
    size_t literals = 0;
    for (const Conjunction& conjunction : all) literals += conjunction.size();
    if (all.size() <= kClausesMax && literals <= kLiteralsMax && !too_large_) return all;
    too_large_ = true;
    return {};
  }

  bool too_large_ = false;
  Disjunction disjuncts_;
};

class Splitter {
 public:
  Splitter(const RuleSyntax& rule, DiagnosticList* diagnostics)
      : rule_(rule), diagnostics_(*diagnostics) {}

  std::vector<Clause> Split(uint32_t number) {
    size_t errors = diagnostics_.errors();
    std::vector<std::vector<BodySyntax>> bodies = Bodies();
    size_t heads = rule_.subsumption ? 1 : rule_.heads.size();
    if (heads * bodies.size() > kClausesMax) TooLarge();
    std::vector<Clause> clauses;
    for (size_t head = 0; head < heads && diagnostics_.errors() == errors; ++head) {
      for (const std::vector<BodySyntax>& body : bodies) {
        Clause clause{.rule = number, .head = rule_.heads[head], .body = body, .fact = !rule_.body};
        if (rule_.subsumption) clause.dominating = rule_.heads[1];
        for (TermSyntax& argument : clause.head.arguments) SplitAggregates(&argument);
        NumberTerms(&clause);
        if (clause.terms > kTermsMax || Aggregates(clause) > kAggregatesMax) TooLarge();
        clauses.push_back(std::move(clause));
      }
    }
    if (diagnostics_.errors() > errors) clauses.clear();
    return clauses;
  }

 private:
  std::vector<std::vector<BodySyntax>> Bodies() {
    if (!rule_.body) return {{}};
    NormalForm form(*rule_.body);
    if (form.too_large()) TooLarge();
    std::vector<std::vector<BodySyntax>> bodies;
    for (const Conjunction& conjunction : form.disjuncts()) bodies.push_back(Literals(conjunction));
    return bodies;
  }

  std::vector<BodySyntax> Literals(const Conjunction& conjunction) {
    std::vector<BodySyntax> literals;
    for (const SignedLiteral& part : conjunction) {
      BodySyntax literal = *part.literal;
      for (TermSyntax& argument : literal.atom.arguments) SplitAggregates(&argument);
      for (TermSyntax& side : literal.constraint.sides) SplitAggregates(&side);
      if (part.negated && literal.kind == BodySyntax::Kind::kConstraint) {
        literal.constraint.comparison = Negated(literal.constraint.comparison);
      } else if (part.negated) {
        BodySyntax negation{.kind = BodySyntax::Kind::kNegation, .span = literal.span};
        negation.parts.push_back(std::move(literal));
        literal = std::move(negation);
      }
      literals.push_back(std::move(literal));
    }
    return literals;
  }

  void SplitAggregates(TermSyntax* term) {
    for (TermSyntax& argument : term->arguments) SplitAggregates(&argument);
    if (term->aggregate == nullptr) return;
    AggregateSyntax* aggregate = OwnAggregate(term);
    for (TermSyntax& target : aggregate->target) SplitAggregates(&target);
    NormalForm form(aggregate->body);
    if (form.too_large() || form.disjuncts().size() != 1) {
      diagnostics_.Add(Code::kAggregateDisjunction, aggregate->body.span,
                       "a disjunction in the body of an aggregate is not supported",
                       "define a relation with several rules and aggregate over it");
      return;
    }
    aggregate->literals = Literals(form.disjuncts()[0]);
  }

  static uint32_t Aggregates(const Clause& clause) {
    uint32_t count = 0;
    ForEachTerm(clause,
                [&](const TermSyntax& term) { count += term.aggregate != nullptr ? 1 : 0; });
    return count;
  }

  void TooLarge() {
    diagnostics_.Add(Code::kTooLarge, rule_.heads[0].span,
                     absl::StrCat("this rule is too large: at most ", kClausesMax, " cases with ",
                                  kTermsMax, " terms and ", kAggregatesMax, " aggregates each"),
                     "name its parts as relations of their own");
  }

  const RuleSyntax& rule_;
  DiagnosticList& diagnostics_;
};

void Number(TermSyntax* term, uint32_t* next);

void Number(AtomSyntax* atom, uint32_t* next) {
  for (TermSyntax& argument : atom->arguments) Number(&argument, next);
}

void Number(std::vector<BodySyntax>* literals, uint32_t* next) {
  for (BodySyntax& literal : *literals) {
    if (literal.kind == BodySyntax::Kind::kAtom) Number(&literal.atom, next);
    if (literal.kind == BodySyntax::Kind::kNegation) Number(&literal.parts[0].atom, next);
    for (TermSyntax& side : literal.constraint.sides) Number(&side, next);
  }
}

void Number(TermSyntax* term, uint32_t* next) {
  term->number = (*next)++;
  for (TermSyntax& argument : term->arguments) Number(&argument, next);
  if (term->aggregate == nullptr) return;
  AggregateSyntax* aggregate = OwnAggregate(term);
  for (TermSyntax& target : aggregate->target) Number(&target, next);
  Number(&aggregate->literals, next);
}

}  // namespace

std::vector<Clause> SplitRule(const RuleSyntax& rule, uint32_t number,
                              DiagnosticList* diagnostics) {
  return Splitter(rule, diagnostics).Split(number);
}

void NumberTerms(Clause* clause) {
  clause->terms = 0;
  Number(&clause->head, &clause->terms);
  if (clause->dominating) Number(&*clause->dominating, &clause->terms);
  Number(&clause->body, &clause->terms);
}

AggregateSyntax* OwnAggregate(TermSyntax* term) {
  auto own = std::make_shared<AggregateSyntax>(*term->aggregate);
  AggregateSyntax* result = own.get();
  term->aggregate = std::move(own);
  return result;
}

}  // namespace cartograph::rules
