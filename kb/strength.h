// Strength: how the lines of evidence behind a fact combine to figures.
//
//   @[strength(scores = "claim_score", dispute = "disputed_in")]
//   .decl studied_in(target: Target, disease: Disease)
//
// `scores` names a relation of claim predicate, modality and score (a float, 0 to 1); `dispute`,
// where given, a relation with the same columns whose facts say the opposite. Support and dispute
// are measured each by itself, and never netted.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/status/statusor.h"
#include "base/budget.h"
#include "cartograph/v1/fact_service.pb.h"
#include "rules/analysis/program.h"
#include "rules/facts/fact.h"
#include "rules/facts/model.h"

namespace cartograph::kb {

struct StrengthRule {
  rules::PredicateId scores{};
  std::optional<rules::PredicateId> dispute;
};

// How support of `predicate`'s facts combines; nothing where it is not annotated.
// INVALID_ARGUMENT names the relation whose annotation is wrong.
absl::StatusOr<std::optional<StrengthRule>> StrengthOf(const rules::Program& program,
                                                       rules::PredicateId predicate);

// OK unless an annotation is wrong.
absl::Status CheckStrengths(const rules::Program& program);

// Measures `fact` by the scores in the relation `scores`; fills all but `fact`. What does not hold
// has no lines.
//
// Lines are the claims that the fact rests on by any of its proofs (see ClaimSources). Two sources
// are dependent when they share an author or the registration of a trial. Whether they are is
// unknown when an author list is not complete, or when two names may be of one person: the same
// family name, and given names that begin alike or are left out.
//
// Errors: OUT_OF_RANGE when a score is not 0 to 1; what Budget::Check returns.
absl::StatusOr<v1::Strength> Measure(const rules::Model& model, const rules::Fact& fact,
                                     rules::PredicateId scores, base::Budget* budget);

// The figures of scores in falling order.
struct HarmonicSum {
  double sum = 0;    // Σ score / rank²
  double score = 0;  // sum ÷ (π² / 6)
};
HarmonicSum HarmonicSumOf(const std::vector<double>& scores);

// How the sources of lines depend on each other.
struct Independence {
  std::vector<v1::SourceDependence> dependences;
  uint32_t at_least = 0;
  uint32_t at_most = 0;
};
absl::StatusOr<Independence> IndependenceOf(const absl::btree_set<std::string>& sources,
                                            const rules::Model& model, base::Budget* budget);

}  // namespace cartograph::kb
