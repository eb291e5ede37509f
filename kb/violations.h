// Violations: derived relations whose facts say that something is wrong.
//
//   @[violation(title = "A claim is supported and disputed", mode = "report")]
//   .decl contradicted(claim: Evidence, against: Evidence)
//
// `title` must be given. mode = "report" | "refuse": with "refuse" a commit that would add a fact
// is refused; what was there before stays, and may be corrected step by step. "report" where it is
// not given.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cartograph/v1/fact_service.pb.h"
#include "rules/analysis/program.h"
#include "rules/facts/delta.h"
#include "rules/facts/model.h"

namespace cartograph::kb {

struct ViolationRelation {
  rules::PredicateId predicate{};
  std::string title;
  v1::ViolationMode mode = v1::VIOLATION_MODE_REPORT;
};

// In order of declaration. INVALID_ARGUMENT names the relation whose annotation is wrong.
absl::StatusOr<std::vector<ViolationRelation>> ViolationsOf(const rules::Program& program);

// OK unless `added` holds facts of relations that refuse: FAILED_PRECONDITION with these.
absl::Status CheckViolations(const rules::Model& after, const std::vector<rules::Fact>& added);

}  // namespace cartograph::kb
