// RuleSet: the rules of an export, names and kinds resolved.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "clients/verify/rule_syntax.h"
#include "clients/verify/values.h"

namespace cartograph::verify {

struct RuleSet {
  std::vector<Type> types;  // symbol, number, unsigned and float first
  std::vector<Relation> relations;
  std::vector<Clause> clauses;
  std::vector<Clause> subsumptions;
  absl::flat_hash_map<std::string, uint32_t> type_by_name;
  absl::flat_hash_map<std::string, uint32_t> relation_by_name;
  // The type of each branch of an algebraic type, and its index there.
  absl::flat_hash_map<std::string, std::pair<uint32_t, uint32_t>> branch_by_name;
  // By Place::ToString(): the clauses that one written rule stands for.
  absl::flat_hash_map<std::string, std::vector<uint32_t>> clauses_at;

  const Type& type_of(const Column& column) const { return types[column.type]; }
};

// The rules in `texts`, components and inline relations written out; their constants become values
// of `values`. Negation and aggregates look at lower strata only: that is checked here.
//
// Errors name the place: INVALID_ARGUMENT for rules that are wrong, UNIMPLEMENTED for a construct
// that the checker does not check.
absl::StatusOr<RuleSet> BuildRuleSet(const std::vector<RuleText>& texts, Values* values);

}  // namespace cartograph::verify
