// FactMatcher: which facts a caller follows, by relation and by the values of some columns.

#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cartograph/v1/change.pb.h"
#include "cartograph/v1/fact_service.pb.h"
#include "rules/analysis/program.h"
#include "rules/engine/query.h"
#include "rules/facts/model.h"

namespace cartograph::services {

using FactPatterns = google::protobuf::RepeatedPtrField<v1::FactPattern>;

// Matches facts as the change log has them, whatever program made them: by values, not by ids.
//
// Thread-safety: immutable.
class FactMatcher {
 public:
  static constexpr int kPatternsMax = 100;
  using Values = google::protobuf::RepeatedPtrField<v1::Value>;

  // `model` says which relations and columns there are. INVALID_ARGUMENT names the pattern below
  // `field` that asks for others, or has values of the wrong kind.
  static absl::StatusOr<FactMatcher> Create(const FactPatterns& patterns, const rules::Model& model,
                                            absl::string_view field);

  // Whether any fact of `relation` may match.
  bool Follows(const std::string& relation) const {
    return conditions_.empty() || conditions_.contains(relation);
  }
  // Whether the fact of `relation` with the values [first, first + columns) of `values` matches.
  // REQUIRES: Follows(relation).
  bool Matches(const std::string& relation, const Values& values, int first, int columns) const;

  // The relations of `model` of which facts may match, and what they must look like there; nothing
  // for patterns that can match nothing. A fact may match several.
  struct Search {
    rules::PredicateId predicate{};
    rules::Pattern pattern;
  };
  absl::StatusOr<std::vector<Search>> SearchesIn(const rules::Model& model) const;

 private:
  struct Condition {
    int column = 0;
    v1::Value value;
  };
  using Conditions = std::vector<Condition>;

  explicit FactMatcher(FactPatterns patterns) : patterns_(std::move(patterns)) {}

  FactPatterns patterns_;
  // By relation: alternatives, of which one must hold. Empty map: all facts match.
  absl::flat_hash_map<std::string, std::vector<Conditions>> conditions_;
};

}  // namespace cartograph::services
