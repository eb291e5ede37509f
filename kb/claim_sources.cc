#include "kb/claim_sources.h"

#include <cstdint>
#include <optional>

#include "base/status.h"
#include "kb/claim_relations.h"
#include "rules/engine/dependents.h"
#include "rules/engine/query.h"

namespace cartograph::kb {
namespace {

absl::flat_hash_set<uint32_t> ClaimPredicates(const rules::Program& program) {
  absl::flat_hash_set<uint32_t> predicates;
  for (const std::string& relation : ClaimRelations()) {
    if (const auto id = program.Find(relation)) predicates.insert(rules::Index(*id));
  }
  return predicates;
}

}  // namespace

ClaimSources::ClaimSources(const rules::Model& model, base::Budget* budget)
    : model_(model),
      claims_(ClaimPredicates(model.program())),
      search_(model, SIZE_MAX, budget),
      budget_(budget) {}

absl::StatusOr<ClaimSources::Claims> ClaimSources::Of(const rules::Fact& fact, size_t sources_max) {
  Claims claims;
  absl::Status read;
  auto visit = [&](rules::FactNumber number) {
    const rules::Fact leaf = search_.FactOf(number);
    if (!claims_.contains(rules::Index(leaf.predicate))) return true;
    const std::string evidence(model_.interning().symbols.Text(leaf.values[0]));
    absl::StatusOr<std::string> source = SourceOf(evidence);
    if (!source.ok()) {
      read = source.status();
      return false;
    }
    claims.evidence.insert(evidence);
    claims.sources.insert(*std::move(source));
    return claims.sources.size() < sources_max;
  };
  RETURN_IF_ERROR(
      rules::VisitLeaves(&search_, search_.NumberOf(fact.predicate, fact.values), budget_, visit));
  RETURN_IF_ERROR(read);
  return claims;
}

absl::StatusOr<std::string> ClaimSources::SourceOf(const std::string& evidence) {
  const auto known = source_of_.find(evidence);
  if (known != source_of_.end()) return known->second;
  std::string source;
  const std::optional<rules::PredicateId> predicate = model_.program().Find(kEvidenceRelation);
  const std::optional<rules::Value> value = model_.interning().symbols.Find(evidence);
  if (predicate.has_value() && value.has_value()) {
    const rules::Pattern pattern = {*value, std::nullopt, std::nullopt};
    RETURN_IF_ERROR(
        rules::Query(model_, *predicate, pattern, 0, budget_, [&](rules::TupleView values) {
          source = std::string(model_.interning().symbols.Text(values[1]));
          return false;
        }));
  }
  return source_of_[evidence] = source;
}

}  // namespace cartograph::kb
