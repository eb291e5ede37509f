#include "clients/verify/verify.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/verify/completeness.h"
#include "clients/verify/matcher.h"
#include "clients/verify/step_check.h"

namespace cartograph::verify {
namespace {

void CheckFacts(Export* exported, std::vector<Problem>* problems) {
  Matcher matcher(&exported->rules, &*exported->facts, &exported->values);
  StepCheck check(exported, &matcher);
  for (const FactLine& line : exported->lines) {
    if (!line.fact.has_value() || line.rule.empty()) {
      continue;
    }
    std::string problem = check.Check(line);
    if (problem.empty()) {
      continue;
    }
    problems->push_back(
        {line.line, ToText(exported->facts->fact(*line.fact), exported->rules, exported->values),
         std::move(problem)});
  }
  CheckNothingLeftOut(exported, &matcher, problems);
}

void Count(const Export& exported, Report* report) {
  std::set<std::string> places;
  for (const Clause& clause : exported.rules.clauses) {
    places.insert(clause.place.ToString());
  }
  report->rules = places.size();
  for (const FactLine& line : exported.lines) {
    if (!line.fact.has_value()) {
      continue;
    }
    const bool base = exported.rules.relations[exported.facts->fact(*line.fact).relation].base;
    ++(base ? report->base_facts : report->derived_facts);
  }
}

}  // namespace

Report Verify(std::istream* in) {
  Report report;
  Export exported;
  std::vector<Problem> problems;
  const absl::Status read = ReadExport(in, &exported, &problems);
  if (read.ok()) {
    CheckFacts(&exported, &problems);
  }
  // Facts by line first, then those that no line stands for.
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    return (a.line == 0 ? UINT64_MAX : a.line) < (b.line == 0 ? UINT64_MAX : b.line);
  });
  if (!read.ok()) {
    problems.push_back({exported.stopped_at, "", std::string(read.message())});
  }
  report.revision = exported.revision;
  report.rule_pack = exported.rule_pack;
  report.rules_sha256 = exported.rules_sha256;
  Count(exported, &report);
  report.problems_total = problems.size();
  if (problems.size() > kProblemsMax) {
    problems.resize(kProblemsMax);
  }
  report.problems = std::move(problems);
  return report;
}

}  // namespace cartograph::verify
