#include "rules/analysis/stratify.h"

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/analysis/dependency_graph.h"

namespace cartograph::rules {
namespace {

class Stratifier {
 public:
  Stratifier(Program* program, DiagnosticList* diagnostics)
      : program_(*program),
        diagnostics_(*diagnostics),
        graph_(MakeDependencyGraph(*program)),
        stratum_of_(program->predicates.size()) {}

  void Run() {
    for (std::vector<PredicateId>& component : Components(graph_)) {
      for (PredicateId predicate : component) {
        stratum_of_[Index(predicate)] = static_cast<uint32_t>(program_.strata.size());
      }
      program_.strata.push_back({.predicates = std::move(component)});
    }
    for (uint32_t rule = 0; rule < program_.rules.size(); ++rule) {
      StratumOf(program_.rules[rule].head.predicate).rules.push_back(rule);
    }
    for (uint32_t i = 0; i < program_.subsumptions.size(); ++i) {
      StratumOf(program_.subsumptions[i].dominated.predicate).subsumptions.push_back(i);
    }
    for (const std::vector<Dependency>& dependencies : graph_) {
      for (const Dependency& dependency : dependencies) CheckDependency(dependency);
    }
  }

 private:
  Stratum& StratumOf(PredicateId predicate) {
    return program_.strata[stratum_of_[Index(predicate)]];
  }
  bool InOneStratum(const Dependency& dependency) const {
    return stratum_of_[Index(dependency.from)] == stratum_of_[Index(dependency.to)];
  }

  void CheckDependency(const Dependency& dependency) {
    if (!InOneStratum(dependency)) return;
    StratumOf(dependency.from).recursive = true;
    if (dependency.kind == Dependency::Kind::kPositive) return;
    std::vector<Dependency> cycle = {dependency};
    if (!diagnostics_.full()) {
      for (const Dependency& step : ShortestPath(dependency.to, dependency.from)) {
        cycle.push_back(step);
      }
    }
    bool negative = dependency.kind == Dependency::Kind::kNegative;
    std::vector<Diagnostic::Note> notes;
    std::string names = NameOf(dependency.from);
    for (const Dependency& step : cycle) {
      constexpr absl::string_view kVerbs[] = {"is derived from", "is derived from the absence of",
                                              "is derived from an aggregate over"};
      notes.push_back({step.span, absl::StrCat("'", NameOf(step.from), "' ",
                                               kVerbs[static_cast<size_t>(step.kind)], " '",
                                               NameOf(step.to), "' here")});
      absl::StrAppend(&names, " → ", NameOf(step.to));
    }
    diagnostics_.Add(
        negative ? Code::kNegationCycle : Code::kAggregationCycle, dependency.span,
        absl::StrCat("'", NameOf(dependency.from), "' depends on ",
                     negative ? "its own negation" : "an aggregate over itself", ": ", names),
        std::move(notes));
  }

  // The fewest dependencies that lead from `from` to `to` within their stratum; none when they are
  // the same.
  std::vector<Dependency> ShortestPath(PredicateId from, PredicateId to) const {
    std::vector<std::optional<Dependency>> reached_by(graph_.size());
    std::deque<PredicateId> open = {from};
    while (!open.empty() && open.front() != to) {
      PredicateId at = open.front();
      open.pop_front();
      for (const Dependency& step : graph_[Index(at)]) {
        if (!InOneStratum(step) || reached_by[Index(step.to)] || step.to == from) continue;
        reached_by[Index(step.to)] = step;
        open.push_back(step.to);
      }
    }
    std::vector<Dependency> path;
    for (PredicateId at = to; at != from; at = path.front().from) {
      path.insert(path.begin(), *reached_by[Index(at)]);
    }
    return path;
  }

  std::string NameOf(PredicateId id) const { return program_.predicate(id).name; }

  Program& program_;
  DiagnosticList& diagnostics_;
  const DependencyGraph graph_;
  std::vector<uint32_t> stratum_of_;
};

}  // namespace

void Stratify(Program* program, DiagnosticList* diagnostics) {
  Stratifier(program, diagnostics).Run();
}

}  // namespace cartograph::rules
