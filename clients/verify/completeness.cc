#include "clients/verify/completeness.h"

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace cartograph::verify {
namespace {

// Of one rule: whoever leaves out facts leaves out many.
constexpr size_t kLeftOutMax = 3;

// Called with a fact that a rule gives and that is not there, until it returns an error.
using VisitLeftOut = std::function<absl::Status(const Fact&)>;

absl::Status ForEachLeftOut(const Clause& clause, const FactSet& facts, Matcher* matcher,
                            const VisitLeftOut& visit) {
  const auto check = [&](const Binding& binding) -> absl::Status {
    Fact fact{clause.head.relation, {}};
    for (const Term& argument : clause.head.arguments) {
      if (!Matcher::IsBound(argument, binding)) {
        return absl::InvalidArgumentError("nothing binds the variables of the head");
      }
      ASSIGN_OR_RETURN(const Value value, matcher->Evaluate(argument, binding));
      fact.values.push_back(value);
    }
    const bool there = facts.Find(fact.relation, fact.values).has_value();
    return there ? absl::OkStatus() : visit(fact);
  };
  return matcher->ForEachMatch(clause.body, Binding(clause.variables.size()), check);
}

// The classes of an equivalence relation.
class Classes {
 public:
  explicit Classes(const FactSet& facts, uint32_t relation) {
    for (const uint32_t number : facts.Of(relation)) {
      const Tuple& pair = facts.fact(number).values;
      Join(pair[0], pair[1]);
    }
  }

  // How many pairs their members make.
  size_t pairs() {
    size_t pairs = 0;
    for (const auto& [root, members] : Members()) {
      pairs += members.size() * members.size();
    }
    return pairs;
  }

  // By a member of each.
  std::map<Value, std::vector<Value>> Members() {
    std::map<Value, std::vector<Value>> members;
    for (const auto& [value, parent] : parents_) {
      members[Root(value)].push_back(value);
    }
    return members;
  }

 private:
  Value Root(Value value) const {
    while (parents_.at(value) != value) {
      value = parents_.at(value);
    }
    return value;
  }

  void Join(Value a, Value b) {
    parents_.emplace(a, a);
    parents_.emplace(b, b);
    const Value from = Root(a);
    const Value to = Root(b);
    parents_[from] = to;
    // Shorter ways for the next.
    parents_[a] = to;
    parents_[b] = to;
  }

  absl::flat_hash_map<Value, Value> parents_;
};

class CompletenessCheck {
 public:
  CompletenessCheck(Export* exported, Matcher* matcher, std::vector<Problem>* problems)
      : export_(*exported), matcher_(*matcher), problems_(*problems) {}

  void Run() {
    absl::flat_hash_set<uint32_t> subsumed;
    for (const Clause& clause : export_.rules.subsumptions) {
      subsumed.insert(clause.head.relation);
    }
    for (const Clause& clause : export_.rules.clauses) {
      const bool drops = subsumed.contains(clause.head.relation);
      Note(clause, drops ? Collect(clause) : CheckRule(clause));
    }
    CheckSubsumptions(subsumed);
    for (uint32_t relation = 0; relation < export_.rules.relations.size(); ++relation) {
      if (export_.rules.relations[relation].equivalence) {
        CheckEquivalence(relation);
      }
    }
  }

 private:
  std::string TextOf(const Fact& fact) const { return ToText(fact, export_.rules, export_.values); }

  void Note(const Clause& clause, const absl::Status& status) {
    if (status.ok() || absl::IsCancelled(status)) {
      return;
    }
    problems_.push_back(
        {0, "", absl::StrCat("the rule at ", clause.place.ToString(), ": ", status.message())});
  }

  absl::Status CheckRule(const Clause& clause) {
    size_t left_out = 0;
    return ForEachLeftOut(clause, *export_.facts, &matcher_, [&](const Fact& fact) {
      problems_.push_back({0, TextOf(fact),
                           absl::StrCat("the rule at ", clause.place.ToString(),
                                        " gives it, and the file leaves it out")});
      return ++left_out < kLeftOutMax ? absl::OkStatus() : absl::CancelledError("enough");
    });
  }

  // What a rule gives of a relation that is subsumed: all of it takes part in that.
  absl::Status Collect(const Clause& clause) {
    return ForEachLeftOut(clause, *export_.facts, &matcher_, [&](const Fact& fact) {
      dropped_.emplace(fact, &clause);
      return absl::OkStatus();
    });
  }

  // Among the facts in the file and what was left out of it, just the latter must be dominated.
  void CheckSubsumptions(const absl::flat_hash_set<uint32_t>& subsumed) {
    if (subsumed.empty()) {
      return;
    }
    FactSet all = *export_.facts;
    for (const auto& [fact, clause] : dropped_) {
      all.Add(fact);
    }
    Matcher matcher(&export_.rules, &all, &export_.values);
    for (const Clause& clause : export_.rules.subsumptions) {
      Note(clause, FindDominated(clause, &matcher));
    }
    for (const auto& [fact, clause] : dropped_) {
      if (dominated_.contains(fact)) {
        continue;
      }
      problems_.push_back({0, TextOf(fact),
                           absl::StrCat("the rule at ", clause->place.ToString(),
                                        " gives it, no subsumption drops it, and the file leaves "
                                        "it out")});
    }
  }

  // Notes what is dominated, and complains of what is in the file.
  absl::Status FindDominated(const Clause& clause, Matcher* matcher) {
    const Atom& dominating = clause.body[1].atom;
    return matcher->ForEachMatch(
        clause.body, Binding(clause.variables.size()), [&](const Binding& binding) -> absl::Status {
          Fact low{clause.head.relation, {}};
          Fact high{clause.head.relation, {}};
          for (size_t i = 0; i < clause.head.arguments.size(); ++i) {
            ASSIGN_OR_RETURN(const Value value,
                             matcher->Evaluate(clause.body[0].atom.arguments[i], binding));
            low.values.push_back(value);
            ASSIGN_OR_RETURN(const Value other,
                             matcher->Evaluate(dominating.arguments[i], binding));
            high.values.push_back(other);
          }
          if (low.values == high.values || !dominated_.insert(low).second ||
              !export_.facts->Find(low.relation, low.values).has_value()) {
            return absl::OkStatus();
          }
          problems_.push_back({0, TextOf(low),
                               absl::StrCat("the subsumption at ", clause.place.ToString(),
                                            " drops it for ", TextOf(high))});
          return absl::OkStatus();
        });
  }

  void CheckEquivalence(uint32_t relation) {
    const FactSet& facts = *export_.facts;
    Classes classes(facts, relation);
    if (facts.Of(relation).size() == classes.pairs()) {
      return;
    }
    size_t left_out = 0;
    for (const auto& [root, members] : classes.Members()) {
      for (size_t i = 0; i < members.size() * members.size() && left_out < kLeftOutMax; ++i) {
        const Fact pair{relation, {members[i / members.size()], members[i % members.size()]}};
        if (facts.Find(relation, pair.values).has_value()) {
          continue;
        }
        ++left_out;
        problems_.push_back({0, TextOf(pair),
                             absl::StrCat(export_.rules.relations[relation].name,
                                          " is an equivalence relation, and the file leaves out "
                                          "this pair")});
      }
    }
  }

  Export& export_;
  Matcher& matcher_;
  std::vector<Problem>& problems_;
  absl::flat_hash_map<Fact, const Clause*> dropped_;
  absl::flat_hash_set<Fact> dominated_;
};

}  // namespace

void CheckNothingLeftOut(Export* exported, Matcher* matcher, std::vector<Problem>* problems) {
  CompletenessCheck(exported, matcher, problems).Run();
}

}  // namespace cartograph::verify
