#include "kb/entity_dependents.h"

#include <algorithm>
#include <optional>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "kb/claim_relations.h"
#include "kb/resource_name.h"
#include "rules/engine/dependents.h"
#include "rules/engine/query.h"

namespace cartograph::kb {
namespace {

constexpr char kEvidence[] = "evidence";
constexpr char kSources[] = "sources";
constexpr char kEvidenceRelation[] = "evidence";  // entity, source, review status

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
      for (size_t column = 0; column < relation.columns.size(); ++column) {
        if (column > 0 && !(cited && HoldsEvidence(relation.columns[column]))) continue;
        RETURN_IF_ERROR(AddMatches(relation.name, column, *value));
      }
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

// The predicates that say what evidence claims.
absl::flat_hash_set<uint32_t> ClaimPredicates(const rules::Program& program) {
  absl::flat_hash_set<uint32_t> predicates;
  for (const std::string& relation : ClaimRelations()) {
    if (const auto id = program.Find(relation)) predicates.insert(rules::Index(*id));
  }
  return predicates;
}

class FragileSearch {
 public:
  FragileSearch(const Snapshot& snapshot, base::Budget* budget)
      : snapshot_(snapshot),
        model_(snapshot.model()),
        claims_(ClaimPredicates(model_.program())),
        search_(model_, SIZE_MAX, budget),
        budget_(budget) {}

  // Nothing when its claims come from several sources, or from none.
  absl::StatusOr<std::optional<FragileFact>> Find(const rules::Fact& fact) {
    absl::btree_set<std::string> evidence;
    absl::btree_set<std::string> sources;
    absl::Status read;
    RETURN_IF_ERROR(rules::VisitLeaves(&search_, search_.NumberOf(fact.predicate, fact.values),
                                       budget_, [&](rules::FactNumber leaf) {
                                         const rules::Fact claim = search_.FactOf(leaf);
                                         if (!claims_.contains(rules::Index(claim.predicate)))
                                           return true;
                                         const std::string name(
                                             model_.interning().symbols.Text(claim.values[0]));
                                         const absl::StatusOr<std::string> source = SourceOf(name);
                                         if (!source.ok()) read = source.status();
                                         if (!source.ok()) return false;
                                         evidence.insert(name);
                                         sources.insert(*source);
                                         return sources.size() < 2;
                                       }));
    RETURN_IF_ERROR(read);
    if (sources.size() != 1) return std::optional<FragileFact>();
    return std::make_optional(
        FragileFact{fact, *sources.begin(), {evidence.begin(), evidence.end()}});
  }

 private:
  absl::StatusOr<std::string> SourceOf(const std::string& evidence) {
    const auto known = source_of_.find(evidence);
    if (known != source_of_.end()) return known->second;
    ASSIGN_OR_RETURN(const std::optional<v1::Entity> entity, snapshot_.GetEntity(evidence));
    return source_of_[evidence] = entity.has_value() ? entity->evidence().source() : "";
  }

  const Snapshot& snapshot_;
  const rules::Model& model_;
  const absl::flat_hash_set<uint32_t> claims_;
  rules::ProofSearch search_;
  base::Budget* const budget_;
  absl::flat_hash_map<std::string, std::string> source_of_;
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
  FragileSearch search(snapshot, budget);
  const rules::Model& model = snapshot.model();
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
    ASSIGN_OR_RETURN(std::optional<FragileFact> found, search.Find(fact));
    if (found.has_value()) fragile.push_back(*std::move(found));
  }
  return fragile;
}

}  // namespace cartograph::kb
