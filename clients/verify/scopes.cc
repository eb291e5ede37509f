#include "clients/verify/scopes.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/verify/term_walk.h"

namespace cartograph::verify {
namespace {

using Names = std::set<std::string>;

template <typename Tree>
Names NamesWithin(Tree& tree) {
  Names names;
  ForEachTermWithin(tree, [&](const Term& term) {
    if (term.form == Term::Form::kVariable) {
      names.insert(term.name);
    }
  });
  return names;
}

// Within a cast only a record is taken apart.
bool IsTakenApart(const Term& term) {
  const bool cast = term.form == Term::Form::kCall && term.name == "as";
  return term.form == Term::Form::kRecord || (cast && IsTakenApart(term.arguments[0]));
}

// The variables that get a value when `term` is matched with one.
void AddPatternNames(const Term& term, Names* names) {
  if (term.form == Term::Form::kVariable) {
    names->insert(term.name);
  }
  if (!IsTakenApart(term)) {
    return;
  }
  for (const Term& argument : term.arguments) {
    AddPatternNames(argument, names);
  }
}

// The variables that literals bind: those of `body`, and those within the aggregates `entered`.
// `unknown`, where given, has no value.
class Binder {
 public:
  Binder(const std::vector<Literal>& body, const Aggregate* unknown,
         const std::set<const Aggregate*>& entered)
      : unknown_(unknown) {
    Collect(body, entered);
    for (size_t before = SIZE_MAX; before != bound_.size();) {
      before = bound_.size();
      for (const Literal* literal : literals_) {
        Take(*literal);
      }
    }
  }

  bool IsBound(const std::string& name) const { return bound_.count(name) != 0; }

 private:
  void Collect(const std::vector<Literal>& body, const std::set<const Aggregate*>& entered) {
    for (const Literal& literal : body) {
      literals_.push_back(&literal);
      ForEachTermOf(literal, [&](const Term& term) {
        if (entered.count(term.aggregate.get()) > 0) {
          Collect(term.aggregate->body, entered);
        }
      });
    }
  }

  void Take(const Literal& literal) {
    if (literal.form == Literal::Form::kAtom) {
      for (const Term& argument : literal.atom.arguments) {
        AddPatternNames(argument, &bound_);
      }
      return;
    }
    if (literal.form != Literal::Form::kComparison || literal.comparison != "=") {
      return;
    }
    for (const size_t side : {0, 1}) {
      if (IsBound(literal.sides[side])) {
        AddPatternNames(literal.sides[1 - side], &bound_);
      }
    }
  }

  bool IsBound(const Term& term) const {
    if (term.form == Term::Form::kVariable) {
      return IsBound(term.name);
    }
    if (term.form == Term::Form::kAny) {
      return false;
    }
    if (term.form == Term::Form::kAggregate) {
      return term.aggregate.get() != unknown_;
    }
    return std::all_of(term.arguments.begin(), term.arguments.end(),
                       [&](const Term& argument) { return IsBound(argument); });
  }

  const Aggregate* const unknown_;
  std::vector<const Literal*> literals_;
  Names bound_;
};

class Resolver {
 public:
  explicit Resolver(Clause* clause) : clause_(*clause) {}

  absl::Status Run() {
    OwnAggregates(clause_);
    for (Term& argument : clause_.head.arguments) {
      RETURN_IF_ERROR(ResolveIn(&argument));
    }
    for (Literal& literal : clause_.body) {
      RETURN_IF_ERROR(ResolveIn(&literal));
    }
    clause_.body.insert(clause_.body.end(), added_.begin(), added_.end());
    return absl::OkStatus();
  }

 private:
  absl::Status ResolveIn(Term* term) {
    if (term->aggregate != nullptr) {
      return Resolve(*term);
    }
    for (Term& argument : term->arguments) {
      RETURN_IF_ERROR(ResolveIn(&argument));
    }
    return absl::OkStatus();
  }

  absl::Status ResolveIn(Literal* literal) {
    for (Term& argument : literal->atom.arguments) {
      RETURN_IF_ERROR(ResolveIn(&argument));
    }
    for (Term& side : literal->sides) {
      RETURN_IF_ERROR(ResolveIn(&side));
    }
    return absl::OkStatus();
  }

  // Gives the aggregate `term` its scope, then those in it.
  absl::Status Resolve(const Term& term) {
    Aggregate& aggregate = *term.aggregate;
    Names target;
    for (Term& of : aggregate.target) {
      target.merge(NamesWithin(of));
    }
    Names own = NamesWithin(aggregate);
    Names witnesses = WitnessesOf(aggregate, own);
    const Binder around(clause_.body, &aggregate, open_);
    for (const std::string& name : Names(own)) {
      if (around.IsBound(name) && target.count(name) == 0) {
        own.erase(name);
        witnesses.erase(name);
      }
    }
    const bool extreme = aggregate.op == "min" || aggregate.op == "max";
    if (!witnesses.empty() && (!extreme || !open_.empty())) {
      return absl::InvalidArgumentError(absl::StrCat(aggregate.place.ToString(), ": ",
                                                     *witnesses.begin(),
                                                     " is bound by this aggregate only"));
    }
    if (!witnesses.empty()) {
      AddWitness(term, own, witnesses);
    }
    Rename(own, &aggregate);
    open_.insert(&aggregate);
    for (Literal& literal : aggregate.body) {
      RETURN_IF_ERROR(ResolveIn(&literal));
    }
    open_.erase(&aggregate);
    return absl::OkStatus();
  }

  // The variables of `names` that stand outside of aggregates, where nothing binds them, and that
  // `aggregate` binds.
  Names WitnessesOf(const Aggregate& aggregate, const Names& names) const {
    Names used;
    const auto use = [&](const Term& term) {
      if (term.form == Term::Form::kVariable) {
        used.insert(term.name);
      }
    };
    for (const Term& argument : clause_.head.arguments) {
      ForEachTerm(argument, use);
    }
    for (const Literal& literal : clause_.body) {
      ForEachTermOf(literal, use);
    }
    const Binder rule(clause_.body, nullptr, {});
    const Binder within(aggregate.body, nullptr, {});
    Names witnesses;
    for (const std::string& name : names) {
      if (used.count(name) > 0 && !rule.IsBound(name) && within.IsBound(name)) {
        witnesses.insert(name);
      }
    }
    return witnesses;
  }

  // The body of `term` once more, outside, with the witnesses; the target there is the value of the
  // aggregate, which is taken again.
  void AddWitness(const Term& term, const Names& own, const Names& witnesses) {
    Term again = term;
    Term outside = term;
    OwnAggregates(again);
    OwnAggregates(outside);
    Rename(own, again.aggregate.get());
    Names others;
    std::set_difference(own.begin(), own.end(), witnesses.begin(), witnesses.end(),
                        std::inserter(others, others.begin()));
    Rename(others, outside.aggregate.get());
    for (const Literal& literal : outside.aggregate->body) {
      added_.push_back(literal);
    }
    Literal equality;
    equality.form = Literal::Form::kComparison;
    equality.comparison = "=";
    equality.sides = {outside.aggregate->target[0], again};
    equality.text = absl::StrCat("the ", term.aggregate->op, ", taken again for its witnesses,");
    added_.push_back(std::move(equality));
  }

  void Rename(const Names& names, Aggregate* aggregate) {
    const std::string suffix = absl::StrCat("'", ++suffixes_);
    ForEachTermWithin(*aggregate, [&](Term& term) {
      if (term.form == Term::Form::kVariable && names.count(term.name) > 0) {
        term.name += suffix;
      }
    });
  }

  Clause& clause_;
  std::set<const Aggregate*> open_;  // around the one at hand
  std::vector<Literal> added_;
  uint32_t suffixes_ = 0;
};

// How often each variable stands in a tree.
using Counts = std::map<std::string, size_t>;

template <typename Tree>
Counts CountsWithin(Tree& tree) {
  Counts counts;
  ForEachTermWithin(tree, [&](const Term& term) {
    if (term.form == Term::Form::kVariable) {
      ++counts[term.name];
    }
  });
  return counts;
}

class Numbering {
 public:
  explicit Numbering(Clause* clause) : clause_(*clause), counts_(CountsWithin(*clause)) {}

  void Run() {
    for (const bool outside : {true, false}) {
      const auto number = [&](Term& term) { Number(outside, &term); };
      for (Term& argument : clause_.head.arguments) {
        outside ? ForEachTerm(argument, number) : ForEachTermWithin(argument, number);
      }
      for (Literal& literal : clause_.body) {
        outside ? ForEachTermOf(literal, number) : ForEachTermWithin(literal, number);
      }
    }
    ForEachTermWithin(clause_, [&](Term& term) {
      if (term.aggregate != nullptr) {
        SetShared(term.aggregate.get());
      }
    });
  }

 private:
  void Number(bool outside, Term* term) {
    if (term->form != Term::Form::kVariable) {
      return;
    }
    const auto [at, added] =
        numbers_.emplace(term->name, static_cast<uint32_t>(clause_.variables.size()));
    term->variable = at->second;
    if (added) {
      clause_.variables.push_back(term->name);
      clause_.outside.push_back(outside);
    }
  }

  void SetShared(Aggregate* aggregate) {
    for (const auto& [name, count] : CountsWithin(*aggregate)) {
      if (counts_[name] > count) {
        aggregate->shared.push_back(numbers_[name]);
      }
    }
    const bool adds = aggregate->op == "sum" || aggregate->op == "mean";
    aggregate->by_name = adds && IsByName(*aggregate);
  }

  // Whether a sum leaves out what only `_` tells apart, as the language has it.
  static bool IsByName(const Aggregate& aggregate) {
    size_t atoms = 0;
    bool by_name = false;
    for (const Literal& literal : aggregate.body) {
      Names seen;
      const bool atom = literal.form == Literal::Form::kAtom;
      atoms += atom ? 1 : 0;
      ForEachTermOf(literal, [&](const Term& term) {
        const bool variable = term.form == Term::Form::kVariable;
        by_name |= atom && variable && !seen.insert(term.name).second;
        by_name |= term.aggregate != nullptr;
        by_name |= term.form == Term::Form::kCall && term.name == "range";
      });
    }
    return by_name || atoms > 1;
  }

  Clause& clause_;
  Counts counts_;
  std::map<std::string, uint32_t> numbers_;
};

class ComputedNaming {
 public:
  explicit ComputedNaming(Clause* clause) : clause_(*clause) {}

  void Run() {
    OwnAggregates(clause_);
    std::vector<Literal> added;
    for (Term& argument : clause_.head.arguments) {
      if (IsRange(argument)) {
        Name(&argument, &added);
      }
    }
    NameIn(&clause_.body);
    clause_.body.insert(clause_.body.end(), added.begin(), added.end());
    ForEachTermWithin(clause_, [&](Term& term) {
      if (term.aggregate != nullptr) {
        NameIn(&term.aggregate->body);
      }
    });
  }

 private:
  static bool IsRange(const Term& term) {
    return term.form == Term::Form::kCall && term.name == "range";
  }

  void NameIn(std::vector<Literal>* body) {
    std::vector<Literal> added;
    for (Literal& literal : *body) {
      for (Term& side : literal.sides) {
        NameAny(&side);
      }
      if (literal.form != Literal::Form::kAtom) {
        continue;
      }
      for (Term& argument : literal.atom.arguments) {
        NameIn(&argument, &added);
      }
    }
    body->insert(body->end(), added.begin(), added.end());
  }

  void NameAny(Term* term) {
    if (!IsTakenApart(*term)) {
      return;
    }
    for (Term& argument : term->arguments) {
      if (argument.form == Term::Form::kAny) {
        argument = NewVariable();
      }
      NameAny(&argument);
    }
  }

  Term NewVariable() {
    Term variable;
    variable.form = Term::Form::kVariable;
    variable.name = absl::StrCat("_'c", ++names_);
    return variable;
  }

  void NameIn(Term* term, std::vector<Literal>* added) {
    if (IsTakenApart(*term)) {
      for (Term& argument : term->arguments) {
        NameIn(&argument, added);
      }
    } else if (term->form == Term::Form::kCall || term->form == Term::Form::kAggregate) {
      Name(term, added);
    }
  }

  void Name(Term* term, std::vector<Literal>* added) {
    Literal equality;
    equality.form = Literal::Form::kComparison;
    equality.comparison = "=";
    equality.text = absl::StrCat("what stands in a column of ", clause_.head.name);
    Term name = NewVariable();
    equality.sides = {name, *term};
    *term = std::move(name);
    added->push_back(std::move(equality));
  }

  Clause& clause_;
  size_t names_ = 0;
};

}  // namespace

absl::Status ResolveScopes(Clause* clause) { return Resolver(clause).Run(); }

void NumberVariables(Clause* clause) {
  OwnAggregates(*clause);
  Numbering(clause).Run();
}

void NameComputed(Clause* clause) { ComputedNaming(clause).Run(); }

std::optional<size_t> FindWritten(const Clause& clause, absl::string_view name) {
  std::optional<size_t> found;
  size_t written = 0;
  for (size_t i = 0; i < clause.variables.size(); ++i) {
    if (!clause.outside[i] || WrittenName(clause.variables[i]) != name) {
      continue;
    }
    if (clause.variables[i] == name) {
      return i;
    }
    found = i;
    ++written;
  }
  return written == 1 ? found : std::nullopt;
}

absl::string_view WrittenName(absl::string_view name) { return name.substr(0, name.find('\'')); }

}  // namespace cartograph::verify
