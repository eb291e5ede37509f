#include "rules/engine/dependents.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rules/engine/query.h"
#include "rules/engine/rule_instances.h"

namespace cartograph::rules {
namespace {

class DependentsSearch {
 public:
  DependentsSearch(const Model& model, size_t dependents_max, base::Budget* budget)
      : model_(model),
        dependents_max_(dependents_max),
        budget_(budget),
        instances_(model, budget),
        proofs_(model, SIZE_MAX, budget) {
    // Rules by what their bodies read.
    readers_.resize(model.program().predicates.size());
    for (uint32_t rule = 0; rule < model.program().rules.size(); ++rule) {
      for (const PredicateId id : RuleInstances::ReadBy(model.program().rules[rule])) {
        readers_[Index(id)].push_back(rule);
      }
    }
  }

  absl::StatusOr<std::vector<Dependent>> Run(const std::vector<Fact>& roots) {
    for (const Fact& root : roots) {
      if (seen_.insert(root).second) reached_.push_back(root);
    }
    roots_ = reached_.size();
    for (size_t i = 0; i < reached_.size(); ++i) RETURN_IF_ERROR(Spread(Fact(reached_[i])));
    RETURN_IF_ERROR(FindSurvivors());
    std::vector<Dependent> dependents;
    for (size_t i = roots_; i < reached_.size(); ++i) {
      dependents.push_back({reached_[i], !survivors_.contains(reached_[i])});
    }
    std::sort(dependents.begin(), dependents.end(),
              [](const Dependent& a, const Dependent& b) { return a.fact < b.fact; });
    return dependents;
  }

 private:
  absl::Status Spread(const Fact& fact) {
    RETURN_IF_ERROR(budget_->Check("finding what rests on a fact"));
    for (const uint32_t rule : readers_[Index(fact.predicate)]) {
      ASSIGN_OR_RETURN(const std::vector<Tuple> heads, instances_.FindHeads(rule, fact));
      for (const Tuple& head : heads) {
        RETURN_IF_ERROR(Reach({model_.program().rules[rule].head.predicate, head}));
      }
    }
    return model_.program().predicate(fact.predicate).eqrel ? SpreadByClosure(fact)
                                                            : absl::OkStatus();
  }

  // Any pair of an equivalence rests on any other of its class.
  absl::Status SpreadByClosure(const Fact& fact) {
    std::vector<Value> members;
    const Pattern row = {fact.values[0], std::nullopt};
    RETURN_IF_ERROR(Query(model_, fact.predicate, row, 0, budget_, [&](TupleView pair) {
      members.push_back(pair[1]);
      return true;
    }));
    for (const Value a : members) {
      for (const Value b : members) RETURN_IF_ERROR(Reach({fact.predicate, {a, b}}));
    }
    return absl::OkStatus();
  }

  absl::Status Reach(Fact fact) {
    // A rule whose head computes may give what was subsumed since.
    if (!model_.Contains(fact) || !seen_.insert(fact).second) return absl::OkStatus();
    if (reached_.size() - roots_ >= dependents_max_) {
      return absl::ResourceExhaustedError(
          absl::StrCat("more than dependents_max = ", dependents_max_, " facts rest on it"));
    }
    reached_.push_back(std::move(fact));
    return absl::OkStatus();
  }

  absl::Status FindSurvivors() {
    for (bool again = true; again;) {
      again = false;
      for (size_t i = roots_; i < reached_.size(); ++i) {
        RETURN_IF_ERROR(budget_->Check("finding what rests on a fact"));
        if (survivors_.contains(reached_[i])) continue;
        ASSIGN_OR_RETURN(const bool survives, Survives(reached_[i]));
        if (survives) survivors_.insert(reached_[i]);
        again = again || survives;
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Survives(const Fact& fact) {
    const FactNumber number = proofs_.NumberOf(fact.predicate, fact.values);
    if (proofs_.IsGiven(number)) return true;
    RETURN_IF_ERROR(proofs_.Expand(number));
    const auto& instances = proofs_.InstancesOf(number);
    return std::any_of(instances.begin(), instances.end(), [&](const RuleInstance& instance) {
      return std::all_of(instance.premises.begin(), instance.premises.end(),
                         [&](FactNumber premise) {
                           const Fact of = proofs_.FactOf(premise);
                           return !seen_.contains(of) || survivors_.contains(of);
                         });
    });
  }

  const Model& model_;
  const size_t dependents_max_;
  base::Budget* const budget_;
  RuleInstances instances_;
  ProofSearch proofs_;
  std::vector<std::vector<uint32_t>> readers_;  // by predicate
  std::vector<Fact> reached_;                   // the roots first
  size_t roots_ = 0;
  absl::flat_hash_set<Fact> seen_;
  absl::flat_hash_set<Fact> survivors_;
};

}  // namespace

absl::StatusOr<std::vector<Dependent>> FindDependents(const Model& model,
                                                      const std::vector<Fact>& roots,
                                                      size_t dependents_max, base::Budget* budget) {
  return DependentsSearch(model, dependents_max, budget).Run(roots);
}

absl::Status VisitLeaves(ProofSearch* search, FactNumber fact, base::Budget* budget,
                         const std::function<bool(FactNumber)>& visit) {
  std::vector<FactNumber> open = {fact};
  absl::flat_hash_set<FactNumber> seen = {fact};
  while (!open.empty()) {
    RETURN_IF_ERROR(budget->Check("finding what a fact rests on"));
    const FactNumber next = open.back();
    open.pop_back();
    if (search->IsGiven(next) && !visit(next)) return absl::OkStatus();
    RETURN_IF_ERROR(search->Expand(next));
    for (const RuleInstance& instance : search->InstancesOf(next)) {
      for (const FactNumber premise : instance.premises) {
        if (seen.insert(premise).second) open.push_back(premise);
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace cartograph::rules
