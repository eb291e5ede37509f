// How messages and origins name rules.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rules/analysis/program.h"
#include "rules/facts/table.h"

namespace cartograph::rules {

// By rule: its number among the rules with the same head predicate, in order of Program::rules,
// from 1; see Origin.
std::vector<uint8_t> RuleNumbers(const Program& program);

// "rule path(x, z) at pack.dl:12:1 (stratum 3)".
std::string NameOf(const Program& program, absl::string_view text, const SourceSpan& span,
                   size_t stratum);

}  // namespace cartograph::rules
