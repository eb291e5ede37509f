// Coverage of rules by their tests, as `rules test --coverage` shows it.

#pragma once

#include <vector>

#include "absl/status/status.h"
#include "clients/cli/session.h"
#include "rules/rule_coverage.h"
#include "rules/syntax/source.h"

namespace cartograph::clients {

// A row a rule and a row a literal; in JSON an object a rule. `tests` is how many tests there are.
// INVALID_ARGUMENT for -o textproto, which has no message for it.
absl::Status PrintCoverage(const std::vector<rules::RuleCoverage>& coverage, size_t tests,
                           const std::vector<rules::SourceFile>& sources, Session& session);

}  // namespace cartograph::clients
