// ExportReader: reads the file that `cartograph export --proofs` writes.
//
// The format (docs/proof_export.md), an object a line, in this order:
//
//   header   {"cartograph_proofs": 1, "revision": 2, "rule_pack": "founding@1.1.0",
//             "rules_sha256": "…"}
//   base     {"base": "base relations", "text": "…"}          at most one
//   rules    {"rules": "rules/evidence.dl", "text": "…"}      any number
//   fact     {"fact": 17, "is": ["evidence", "evidence/F1", "sources/s", "accepted"]}
//   proved   {"fact": 90, "is": ["live", "evidence/F1"], "rule": "rules/evidence.dl:10:1",
//             "where": {"e": "evidence/F1"}, "from": [17, 40]}
//   closure  {"fact": 91, "is": ["same", "b", "a"], "rule": "closure", "from": [90]}
//   end      {"end": 91, "sha256": "…"}

#pragma once

#include <istream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/verify/fact_set.h"
#include "clients/verify/rule_set.h"

namespace cartograph::verify {

// What is wrong, and in which line; 0 where no line is.
struct Problem {
  uint64_t line = 0;
  std::string fact;  // that it is about, as rule text writes it; empty for others
  std::string text;
};

// In place of a rule: the fact is of an equivalence relation, and follows from its other facts.
constexpr absl::string_view kClosure = "closure";

// A line of a fact.
struct FactLine {
  uint64_t line = 0;
  std::optional<uint32_t> fact;  // in Export::facts; none when the line is wrong
  std::string rule;  // of a proved fact: place of the rule, or kClosure; "" for a base fact
  // Names point into the rules.
  std::vector<std::pair<absl::string_view, Value>> where;
  std::vector<uint64_t> from;  // numbers of facts
};

struct Export {
  uint64_t revision = 0;
  std::string rule_pack;
  std::string rules_sha256;
  std::vector<RuleText> texts;
  Values values;
  RuleSet rules;
  std::optional<FactSet> facts;
  std::vector<FactLine> lines;  // by number of fact
  uint64_t stopped_at = 0;      // the line at which reading had to stop; 0 where the rules are why
};

// Reads all of `in`. Lines that are wrong by themselves are added to `problems`; a FactLine stands
// for each line of a fact all the same. An error, with `stopped_at`, when there is no going on: the
// file is not of this format, or its rules are wrong or beyond the checker.
absl::Status ReadExport(std::istream* in, Export* out, std::vector<Problem>* problems);

}  // namespace cartograph::verify
