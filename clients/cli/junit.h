// The results of rule tests as JUnit XML, the form in which build servers take them.

#pragma once

#include <string>
#include <vector>

#include "rules/rule_tests.h"
#include "rules/syntax/source.h"

namespace cartograph::clients {

// A suite for each file with its tests, in order. A test that fails says what was missing and
// unexpected; one whose evaluation ended in an error is an error.
std::string JunitXml(const std::vector<rules::RuleTestResult>& results,
                     const std::vector<rules::SourceFile>& files);

}  // namespace cartograph::clients
