#include "rules/analysis/scopes.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/analysis/grounding.h"
#include "rules/analysis/split.h"
#include "rules/analysis/term_rewriting.h"

namespace cartograph::rules {
namespace {

using Names = std::set<std::string>;

Names NamesIn(const std::vector<TermSyntax>& terms) {
  Names names;
  for (const TermSyntax& term : terms) {
    ForEachTerm(term, [&](const TermSyntax& t) {
      if (t.kind == TermSyntax::Kind::kVariable) names.insert(t.text);
    });
  }
  return names;
}

Names NamesIn(const std::vector<BodySyntax>& literals) {
  Names names;
  ForEachTerm(literals, [&](const TermSyntax& term) {
    if (term.kind == TermSyntax::Kind::kVariable) names.insert(term.text);
  });
  return names;
}

void Rename(AggregateSyntax* aggregate, const Names& names, const std::string& suffix) {
  auto rename = [&](TermSyntax* term) {
    if (term->kind == TermSyntax::Kind::kVariable && names.count(term->text) > 0) {
      term->text += suffix;
    }
    return true;
  };
  for (TermSyntax& target : aggregate->target) RewriteTerm(&target, rename);
  RewriteTerms(&aggregate->literals, rename);
}

// Variables of the literals that stand outside aggregates.
Names NamesOutsideAggregates(const Clause& clause) {
  Names names;
  auto collect = [&](const auto& self, const TermSyntax& term) -> void {
    if (term.kind == TermSyntax::Kind::kVariable) names.insert(term.text);
    for (const TermSyntax& argument : term.arguments) self(self, argument);
  };
  for (const TermSyntax& argument : clause.head.arguments) collect(collect, argument);
  for (const BodySyntax& literal : clause.body) {
    if (const AtomSyntax* atom = AtomOf(literal)) {
      for (const TermSyntax& argument : atom->arguments) collect(collect, argument);
    }
    for (const TermSyntax& side : literal.constraint.sides) collect(collect, side);
  }
  return names;
}

bool HoldsAggregate(const AggregateSyntax& aggregate) {
  bool found = false;
  auto visit = [&](const TermSyntax& term) { found |= term.aggregate != nullptr; };
  for (const TermSyntax& target : aggregate.target) ForEachTerm(target, visit);
  ForEachTerm(aggregate.literals, visit);
  return found;
}

class ScopeResolver {
 public:
  ScopeResolver(Clause* clause, DiagnosticList* diagnostics)
      : clause_(*clause), diagnostics_(*diagnostics) {}

  void Run() {
    auto resolve = [&](TermSyntax* term) {
      if (term->aggregate == nullptr) return true;
      Resolve(term);
      return false;
    };
    RewriteTerms(&clause_.head, resolve);
    RewriteTerms(&clause_.body, resolve);
    for (BodySyntax& literal : added_) clause_.body.push_back(std::move(literal));
  }

 private:
  // Gives the aggregate of `term` its scope, then those in it.
  void Resolve(TermSyntax* term) {
    AggregateSyntax* aggregate = OwnAggregate(term);
    Names local = NamesIn(aggregate->literals);
    Names target = NamesIn(aggregate->target);
    local.insert(target.begin(), target.end());
    Names witnesses = WitnessesOf(*aggregate, local);
    for (const std::string& name : SharedNames(aggregate)) {
      if (target.count(name) == 0) {
        local.erase(name);
        witnesses.erase(name);
      }
    }
    if (!CheckWitnesses(*term, witnesses)) return;
    AggregateSyntax original = *aggregate;
    Rename(aggregate, local, NextSuffix());
    open_.push_back(aggregate);
    RewriteTerms(&aggregate->literals, [&](TermSyntax* inner) {
      if (inner->aggregate == nullptr) return true;
      Resolve(inner);
      return false;
    });
    open_.pop_back();
    if (!witnesses.empty()) AddWitness(*term, original, local, witnesses);
  }

  // The variables that the scopes around `aggregate` bind.
  std::vector<std::string> SharedNames(const AggregateSyntax* aggregate) const {
    Grounding outer(clause_.body, [&](const AggregateSyntax* other) {
      if (other == aggregate) return Grounding::Treatment::kUnbound;
      bool around = std::find(open_.begin(), open_.end(), other) != open_.end();
      return around ? Grounding::Treatment::kEnter : Grounding::Treatment::kOpaque;
    });
    return outer.BoundVariables();
  }

  // The variables of `names` that the clause uses but does not bind, and the body of `aggregate`
  // does.
  Names WitnessesOf(const AggregateSyntax& aggregate, const Names& names) const {
    Grounding clause(clause_.body,
                     [](const AggregateSyntax*) { return Grounding::Treatment::kOpaque; });
    Grounding body(aggregate.literals,
                   [](const AggregateSyntax*) { return Grounding::Treatment::kEnter; });
    Names used = NamesOutsideAggregates(clause_);
    Names witnesses;
    for (const std::string& name : names) {
      if (used.count(name) > 0 && !clause.IsBound(name) && body.IsBound(name))
        witnesses.insert(name);
    }
    return witnesses;
  }

  bool CheckWitnesses(const TermSyntax& term, const Names& witnesses) {
    bool extreme = term.aggregate->op == AggregateSyntax::Op::kMin ||
                   term.aggregate->op == AggregateSyntax::Op::kMax;
    bool nested = !open_.empty() || HoldsAggregate(*term.aggregate);
    if (witnesses.empty() || (extreme && !nested)) return true;
    diagnostics_.Add(
        Code::kWitness, term.span,
        absl::StrCat("'", WrittenName(*witnesses.begin()),
                     "' is used outside this aggregate, but only its body binds it"),
        "bind it by an atom outside, so that the aggregate is taken for each of its values");
    return false;
  }

  // Repeats the body of `original` outside, with the witnesses, joined with the value of `term`,
  // which is taken again.
  void AddWitness(TermSyntax term, AggregateSyntax original, const Names& local,
                  const Names& witnesses) {
    auto again = std::make_shared<AggregateSyntax>(original);
    Rename(again.get(), local, NextSuffix());
    term.aggregate = std::move(again);
    Names renamed;
    std::set_difference(local.begin(), local.end(), witnesses.begin(), witnesses.end(),
                        std::inserter(renamed, renamed.begin()));
    Rename(&original, renamed, NextSuffix());
    for (BodySyntax& literal : original.literals) added_.push_back(std::move(literal));
    BodySyntax equality{.kind = BodySyntax::Kind::kConstraint, .span = term.span};
    equality.constraint = {.comparison = ComparisonSyntax::kEqual, .span = term.span};
    equality.constraint.sides.push_back(std::move(original.target[0]));
    equality.constraint.sides.push_back(std::move(term));
    added_.push_back(std::move(equality));
  }

  std::string NextSuffix() { return absl::StrCat("'", ++suffixes_); }

  Clause& clause_;
  DiagnosticList& diagnostics_;
  std::vector<const AggregateSyntax*> open_;  // the aggregates around the one at hand
  std::vector<BodySyntax> added_;
  uint32_t suffixes_ = 0;
};

}  // namespace

void ResolveScopes(Clause* clause, DiagnosticList* diagnostics) {
  ScopeResolver(clause, diagnostics).Run();
  NumberTerms(clause);
}

}  // namespace cartograph::rules
