// RandomProgram: rule text from a seed, for tests that compare two evaluators.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cartograph::testing {

// A program as lines, each a whole declaration, fact or rule, so that a test can leave some out.
struct RandomProgram {
  std::vector<std::string> declarations;
  std::vector<std::string> clauses;  // facts and rules

  std::string text() const;
};

// A program that compiles and whose evaluation ends: base relations with facts over small domains;
// derived relations in layers, with recursion inside a layer and negation, aggregates, arithmetic,
// records, ranges and subsumption over lower ones. The same seed gives the same program.
RandomProgram MakeRandomProgram(uint64_t seed);

}  // namespace cartograph::testing
