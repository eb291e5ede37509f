// The tests that a rule pack carries.

#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "base/budget.h"
#include "cartograph/v1/rule_service.pb.h"
#include "rules/compile.h"

namespace cartograph::kb {

// Parses and runs the test files among `files` over the program of `compiled`. Mistakes in them are
// added to its diagnostics, and the files to its sources; with an error its program is gone, as the
// pack is wrong, and no test ran.
//
// REQUIRES: `compiled` has a program, with tables of its own. Errors: what Budget::Check returns.
absl::StatusOr<std::vector<v1::RuleTestResult>> RunPackTests(
    const google::protobuf::RepeatedPtrField<v1::RuleFile>& files, base::Budget* budget,
    rules::CompileResult* compiled);

}  // namespace cartograph::kb
