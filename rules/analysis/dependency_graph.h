// DependencyGraph: which predicates each predicate is derived from.

#pragma once

#include <vector>

#include "rules/analysis/program.h"

namespace cartograph::rules {

struct Dependency {
  enum class Kind : uint8_t { kPositive, kNegative, kAggregated };
  PredicateId from{};  // derived…
  PredicateId to{};    // …by looking at this
  Kind kind = Kind::kPositive;
  SourceSpan span;  // of the literal
};

// By predicate: its dependencies, in order of the rules and their literals; one for each literal.
using DependencyGraph = std::vector<std::vector<Dependency>>;

// Of the rules and subsumptions of `program`. A subsumption depends on its own relation positively:
// it only takes away.
DependencyGraph MakeDependencyGraph(const Program& program);

// The strongly connected components, each sorted, in an order in which every component comes after
// those it depends on. Deterministic: the order depends on the numbers of the predicates and the
// order of their dependencies only. Tarjan, "Depth-first search and linear graph algorithms"
// (1972), without recursion.
std::vector<std::vector<PredicateId>> Components(const DependencyGraph& graph);

}  // namespace cartograph::rules
