// Verify: checks an export of facts and proofs, without the rules engine.

#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "clients/verify/export_reader.h"

namespace cartograph::verify {

struct Report {
  uint64_t revision = 0;
  std::string rule_pack;
  std::string rules_sha256;
  uint64_t rules = 0;
  uint64_t base_facts = 0;
  uint64_t derived_facts = 0;
  // In order of lines; at most kProblemsMax.
  std::vector<Problem> problems;
  uint64_t problems_total = 0;

  bool ok() const { return problems_total == 0; }
};

// Of a damaged file people look at the first; a program counts the rest.
constexpr size_t kProblemsMax = 100;

// Checks the file that `in` reads, in this order:
//   1. the format, the digests, and that the rules are such as the checker checks;
//   2. each fact: its relation is declared, its values are of the columns' types, it stands there
//      once, and if its relation is derived it has a proof;
//   3. each proof, as StepCheck says; its premises stand before it, so no proof goes in a circle;
//   4. that no fact is left out: whatever the rules give from the facts is among them. Else a fact
//      could rest on an absence that is none.
// When all of it holds, the derived facts are exactly those that follow from the base facts.
Report Verify(std::istream* in);

}  // namespace cartograph::verify
