#include "kb/entity_dependents.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "kb/claim_relations.h"
#include "kb/claim_sources.h"
#include "kb/resource_name.h"
#include "rules/engine/dependents.h"
#include "rules/engine/query.h"

namespace cartograph::kb {
namespace {

constexpr char kEvidence[] = "evidence";
constexpr char kSources[] = "sources";

bool HoldsEvidence(const BaseRelation::Column& column) {
  return column.collections == std::vector<std::string>{kEvidence};
}

class FactsBehindSearch {
 public:
  FactsBehindSearch(const rules::Model& model, const EntitySchema& schema, base::Budget* budget)
      : model_(model), schema_(schema), budget_(budget) {}

  absl::Status Add(const std::string& entity) {
    RETURN_IF_ERROR(AddFacts(entity));
    if (CollectionOf(entity) != kSources) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::vector<std::string> claims, EvidenceOf(entity));
    for (const std::string& evidence : claims) RETURN_IF_ERROR(AddFacts(evidence));
    return absl::OkStatus();
  }

  std::vector<rules::Fact> Take() {
    std::sort(facts_.begin(), facts_.end());
    facts_.erase(std::unique(facts_.begin(), facts_.end()), facts_.end());
    return std::move(facts_);
  }

 private:
  absl::Status AddFacts(const std::string& entity) {
    const std::optional<rules::Value> value = model_.interning().symbols.Find(entity);
    if (!value.has_value()) return absl::OkStatus();
    const bool cited = CollectionOf(entity) == kEvidence;
    for (const BaseRelation& relation : schema_.relations()) {
      RETURN_IF_ERROR(AddFactsOf(relation, *value, cited));
    }
    return absl::OkStatus();
  }

  // Those that begin with `entity`, and those that cite it.
  absl::Status AddFactsOf(const BaseRelation& relation, rules::Value entity, bool cited) {
    for (size_t column = 0; column < relation.columns.size(); ++column) {
      if (column > 0 && !(cited && HoldsEvidence(relation.columns[column]))) continue;
      RETURN_IF_ERROR(AddMatches(relation.name, column, entity));
    }
    return absl::OkStatus();
  }

  absl::Status AddMatches(const std::string& relation, size_t column, rules::Value value) {
    const std::optional<rules::PredicateId> predicate = model_.program().Find(relation);
    if (!predicate.has_value()) return absl::OkStatus();
    rules::Pattern pattern(model_.program().predicate(*predicate).arity());
    pattern[column] = value;
    return rules::Query(model_, *predicate, pattern, 0, budget_, [&](rules::TupleView values) {
      facts_.push_back({*predicate, rules::Tuple(values.begin(), values.end())});
      return true;
    });
  }

  absl::StatusOr<std::vector<std::string>> EvidenceOf(const std::string& source) {
    std::vector<std::string> names;
    const std::optional<rules::PredicateId> predicate = model_.program().Find(kEvidenceRelation);
    const std::optional<rules::Value> value = model_.interning().symbols.Find(source);
    if (!predicate.has_value() || !value.has_value()) return names;
    const rules::Pattern pattern = {std::nullopt, *value, std::nullopt};
    RETURN_IF_ERROR(
        rules::Query(model_, *predicate, pattern, 0, budget_, [&](rules::TupleView values) {
          names.emplace_back(model_.interning().symbols.Text(values[0]));
          return true;
        }));
    return names;
  }

  const rules::Model& model_;
  const EntitySchema& schema_;
  base::Budget* const budget_;
  std::vector<rules::Fact> facts_;
};

}  // namespace

absl::StatusOr<std::vector<rules::Fact>> FactsBehind(const Snapshot& snapshot,
                                                     const EntitySchema& schema,
                                                     const std::string& entity,
                                                     base::Budget* budget) {
  ASSIGN_OR_RETURN(const std::optional<v1::Entity> stored, snapshot.GetEntity(entity));
  if (!stored.has_value()) return absl::NotFoundError(absl::StrCat(entity, " does not exist"));
  FactsBehindSearch search(snapshot.model(), schema, budget);
  RETURN_IF_ERROR(search.Add(entity));
  return search.Take();
}

absl::StatusOr<std::vector<FragileFact>> FragileFacts(const Snapshot& snapshot,
                                                      rules::PredicateId predicate,
                                                      base::Budget* budget) {
  const rules::Model& model = snapshot.model();
  ClaimSources claims(model, budget);
  std::vector<rules::Fact> facts;
  model.relation(predicate).ForEach([&](rules::TupleView values) {
    facts.push_back({predicate, rules::Tuple(values.begin(), values.end())});
    return true;
  });
  const auto text = [&](const rules::Fact& fact) {
    return rules::ToText(fact, model.program(), model.interning());
  };
  std::sort(facts.begin(), facts.end(),
            [&](const rules::Fact& a, const rules::Fact& b) { return text(a) < text(b); });
  std::vector<FragileFact> fragile;
  for (const rules::Fact& fact : facts) {
    ASSIGN_OR_RETURN(ClaimSources::Claims found, claims.Of(fact, 2));
    if (found.sources.size() != 1) continue;
    fragile.push_back(
        {fact, *found.sources.begin(), {found.evidence.begin(), found.evidence.end()}});
  }
  return fragile;
}

absl::StatusOr<std::vector<RestingFact>> FactsRestingOn(const std::string& source,
                                                        const Snapshot& in_force,
                                                        const rules::Model& without,
                                                        const RestingOptions& options,
                                                        base::Budget* budget) {
  const rules::Model& model = in_force.model();
  ASSIGN_OR_RETURN(const std::vector<rules::Fact> roots,
                   FactsBehind(in_force, *options.schema, source, budget));
  ASSIGN_OR_RETURN(const std::vector<rules::Dependent> dependents,
                   rules::FindDependents(model, roots, options.facts_max, budget));
  ClaimSources claims(model, budget);
  ClaimSources others(without, budget);
  std::vector<RestingFact> resting;
  for (const rules::Dependent& dependent : dependents) {
    if (!options.wanted(dependent.fact.predicate) || !without.Contains(dependent.fact)) continue;
    ASSIGN_OR_RETURN(const ClaimSources::Claims with, claims.Of(dependent.fact, SIZE_MAX));
    ASSIGN_OR_RETURN(const ClaimSources::Claims left, others.Of(dependent.fact, SIZE_MAX));
    resting.push_back({dependent.fact, with.sources.size(), left.sources.size()});
  }
  return resting;
}

}  // namespace cartograph::kb
