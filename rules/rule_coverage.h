// Coverage of rules by their tests: which rules fire in some test's world, and which literals of
// their bodies held and failed there.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/budget.h"
#include "rules/rule_tests.h"

namespace cartograph::rules {

// A literal as written; for a rule with disjunctions or several heads, in any of its cases.
struct LiteralCoverage {
  SourceSpan span;
  std::string text;
  bool reached = false;  // the literals before it held together at least once
  bool held = false;     // …and it with them
  bool failed = false;   // …and it did not, for some values of theirs
};

// A rule as written; one of a component counts once for each instance.
struct RuleCoverage {
  std::string relation;  // that it derives; of several heads, the first
  SourceSpan span;
  size_t worlds_fired = 0;                // tests in whose world it derives something
  std::vector<LiteralCoverage> literals;  // in order of text
};

// Coverage of the rules of `program` by `tests`, in order of text; spans refer to its sources.
// Facts and subsumptions are not counted. A test whose evaluation ends in an arithmetic error
// counts nothing.
//
// Method: literals are taken in an order in which each has what it needs (Schedule). For each of
// them one more relation holds the bindings of all literals up to it, and another those bindings of
// the ones before that it lets through: a literal held when the first has facts, and failed when
// the second has fewer than the relation before it.
//
// Errors: as RunRuleTests. Cost: a few times that of the tests.
absl::StatusOr<std::vector<RuleCoverage>> MeasureCoverage(const Program& program,
                                                          const std::vector<RuleTest>& tests,
                                                          base::Budget* budget);

}  // namespace cartograph::rules
