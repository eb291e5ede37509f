#include "clients/verify/scopes.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/verify/rule_set.h"

namespace cartograph::verify {
namespace {

using Names = std::set<std::string>;

void AddNames(const Term& term, Names* names) {
  ForEachTerm(term, [&](const Term& part) {
    if (part.form == Term::Form::kVariable) names->insert(part.name);
  });
}

// The variables that get a value when `term` is matched with one.
void AddPatternNames(const Term& term, Names* names) {
  if (term.form == Term::Form::kVariable) names->insert(term.name);
  if (term.form != Term::Form::kRecord) return;
  for (const Term& argument : term.arguments) AddPatternNames(argument, names);
}

// The variables that `body` binds; `unknown` has no value.
class Binder {
 public:
  Binder(const std::vector<Literal>& body, const Aggregate* unknown) : unknown_(unknown) {
    for (size_t before = SIZE_MAX; before != bound_.size();) {
      before = bound_.size();
      for (const Literal& literal : body) Take(literal);
    }
  }

  bool IsBound(const std::string& name) const { return bound_.count(name) != 0; }

 private:
  void Take(const Literal& literal) {
    if (literal.form == Literal::Form::kAtom) {
      for (const Term& argument : literal.atom.arguments) AddPatternNames(argument, &bound_);
    } else if (literal.form == Literal::Form::kComparison && literal.comparison == "=") {
      for (const size_t side : {0, 1}) {
        if (IsBound(literal.sides[side])) AddPatternNames(literal.sides[1 - side], &bound_);
      }
    }
  }

  bool IsBound(const Term& term) const {
    if (term.form == Term::Form::kVariable) return IsBound(term.name);
    if (term.form == Term::Form::kAny) return false;
    if (term.form == Term::Form::kAggregate) return term.aggregate.get() != unknown_;
    return std::all_of(term.arguments.begin(), term.arguments.end(),
                       [&](const Term& argument) { return IsBound(argument); });
  }

  const Aggregate* const unknown_;
  Names bound_;
};

class Resolver {
 public:
  explicit Resolver(Clause* clause) : clause_(*clause) {}

  absl::Status Run() {
    ForEachOutside([&](Term& term) {
      if (term.form == Term::Form::kVariable) term.variable = Outside(term.name);
      if (term.form != Term::Form::kAggregate) return;
      // Clauses of one written rule have begun with the same.
      term.aggregate = std::make_shared<Aggregate>(*term.aggregate);
      aggregates_.push_back(term.aggregate.get());
    });
    for (Aggregate* aggregate : aggregates_) RETURN_IF_ERROR(Resolve(aggregate));
    return absl::OkStatus();
  }

 private:
  template <typename Visit>
  void ForEachOutside(const Visit& visit) {
    for (Term& argument : clause_.head.arguments) ForEachTerm(argument, visit);
    for (Literal& literal : clause_.body) ForEachTermOf(literal, visit);
  }

  uint32_t Add(const std::string& name, bool outside) {
    clause_.variables.push_back(name);
    clause_.outside.push_back(outside);
    return static_cast<uint32_t>(clause_.variables.size() - 1);
  }

  uint32_t Outside(const std::string& name) {
    const auto at = outside_.find(name);
    return at != outside_.end() ? at->second
                                : outside_.emplace(name, Add(name, true)).first->second;
  }

  absl::Status Unchecked(const Aggregate& aggregate, absl::string_view what) const {
    return absl::UnimplementedError(
        absl::StrCat(aggregate.place.ToString(), ": ", what, " are not checked"));
  }

  absl::Status Resolve(Aggregate* aggregate) {
    const Binder without(clause_.body, aggregate);
    const Binder with(clause_.body, nullptr);
    const Binder within(aggregate->body, nullptr);
    Names target;
    for (const Term& term : aggregate->target) AddNames(term, &target);
    std::map<std::string, uint32_t> own;
    absl::Status status;
    const auto number = [&](Term& term) {
      if (term.form == Term::Form::kAggregate) {
        status = Unchecked(*aggregate, "aggregates within aggregates");
      }
      if (term.form != Term::Form::kVariable) return;
      const auto outside = outside_.find(term.name);
      if (outside != outside_.end() && without.IsBound(term.name) && target.count(term.name) == 0) {
        term.variable = outside->second;
        aggregate->shared.push_back(term.variable);
        return;
      }
      if (outside != outside_.end() && !with.IsBound(term.name) && within.IsBound(term.name)) {
        status = Unchecked(*aggregate,
                           absl::StrCat("witnesses of aggregates, such as ", term.name, ","));
      }
      if (own.count(term.name) == 0) own.emplace(term.name, Add(term.name, false));
      term.variable = own[term.name];
    };
    for (Term& term : aggregate->target) ForEachTerm(term, number);
    for (Literal& literal : aggregate->body) ForEachTermOf(literal, number);
    std::sort(aggregate->shared.begin(), aggregate->shared.end());
    aggregate->shared.erase(std::unique(aggregate->shared.begin(), aggregate->shared.end()),
                            aggregate->shared.end());
    aggregate->by_name = aggregate->op == "sum" && IsByName(*aggregate);
    return status;
  }

  // Whether a sum leaves out what only `_` tells apart, as the language has it.
  static bool IsByName(const Aggregate& aggregate) {
    size_t atoms = 0;
    bool by_name = false;
    for (const Literal& literal : aggregate.body) {
      atoms += literal.form == Literal::Form::kAtom ? 1 : 0;
      Names seen;
      for (const Term& argument : literal.atom.arguments) {
        by_name |= argument.form == Term::Form::kVariable && !seen.insert(argument.name).second;
      }
      ForEachTermOf(literal, [&](const Term& term) { by_name |= term.name == "range"; });
    }
    return by_name || atoms > 1;
  }

  Clause& clause_;
  std::map<std::string, uint32_t> outside_;
  std::vector<Aggregate*> aggregates_;
};

}  // namespace

absl::Status ResolveScopes(Clause* clause) { return Resolver(clause).Run(); }

}  // namespace cartograph::verify
