#include "rules/analysis/program.h"

#include "rules/syntax/nearest.h"

namespace cartograph::rules {

std::optional<PredicateId> Program::Find(absl::string_view name) const {
  auto at = predicate_by_name.find(name);
  if (at == predicate_by_name.end()) return std::nullopt;
  return at->second;
}

std::string Program::Nearest(absl::string_view name) const {
  std::vector<std::string> known;
  for (const Predicate& predicate : predicates) {
    if (!predicate.generated) known.push_back(predicate.name);
  }
  return NearestName(name, known);
}

}  // namespace cartograph::rules
