#include "rules/analysis/dependency_graph.h"

#include <algorithm>
#include <utility>

namespace cartograph::rules {
namespace {

void AddLiterals(PredicateId from, const std::vector<Literal>& body, bool aggregated,
                 DependencyGraph* graph) {
  for (const Literal& literal : body) {
    if (literal.kind == Literal::Kind::kAtom || literal.kind == Literal::Kind::kNegation) {
      Dependency::Kind kind = literal.kind == Literal::Kind::kNegation ? Dependency::Kind::kNegative
                              : aggregated ? Dependency::Kind::kAggregated
                                           : Dependency::Kind::kPositive;
      (*graph)[Index(from)].push_back({from, literal.atom.predicate, kind, literal.span});
    }
    if (literal.aggregate != nullptr) AddLiterals(from, literal.aggregate->body, true, graph);
  }
}

class Tarjan {
 public:
  explicit Tarjan(const DependencyGraph& graph)
      : graph_(graph),
        index_(graph.size(), kUnvisited),
        low_(graph.size()),
        on_stack_(graph.size()) {}

  std::vector<std::vector<PredicateId>> Run() {
    for (uint32_t root = 0; root < graph_.size(); ++root) {
      if (index_[root] == kUnvisited) Search(root);
    }
    return std::move(components_);
  }

 private:
  static constexpr uint32_t kUnvisited = ~uint32_t{0};

  void Open(uint32_t node) {
    index_[node] = low_[node] = next_index_++;
    stack_.push_back(node);
    on_stack_[node] = true;
    path_.push_back({node, 0});
  }

  void Search(uint32_t root) {
    Open(root);
    while (!path_.empty()) {
      auto& [node, edge] = path_.back();
      if (edge == graph_[node].size()) {
        Close(node);
        continue;
      }
      uint32_t to = Index(graph_[node][edge++].to);
      if (index_[to] == kUnvisited) {
        Open(to);
      } else if (on_stack_[to]) {
        low_[node] = std::min(low_[node], index_[to]);
      }
    }
  }

  void Close(uint32_t node) {
    path_.pop_back();
    if (!path_.empty()) {
      uint32_t parent = path_.back().first;
      low_[parent] = std::min(low_[parent], low_[node]);
    }
    if (low_[node] != index_[node]) return;
    std::vector<PredicateId> component;
    uint32_t member = 0;
    do {
      member = stack_.back();
      stack_.pop_back();
      on_stack_[member] = false;
      component.push_back(static_cast<PredicateId>(member));
    } while (member != node);
    std::sort(component.begin(), component.end());
    components_.push_back(std::move(component));
  }

  const DependencyGraph& graph_;
  std::vector<uint32_t> index_;
  std::vector<uint32_t> low_;
  std::vector<bool> on_stack_;
  std::vector<uint32_t> stack_;
  std::vector<std::pair<uint32_t, size_t>> path_;  // a node and how many of its edges were followed
  uint32_t next_index_ = 0;
  std::vector<std::vector<PredicateId>> components_;
};

}  // namespace

DependencyGraph MakeDependencyGraph(const Program& program) {
  DependencyGraph graph(program.predicates.size());
  for (const Rule& rule : program.rules) {
    AddLiterals(rule.head.predicate, rule.body, false, &graph);
  }
  for (const Subsumption& subsumption : program.subsumptions) {
    AddLiterals(subsumption.dominated.predicate, subsumption.body, false, &graph);
  }
  return graph;
}

std::vector<std::vector<PredicateId>> Components(const DependencyGraph& graph) {
  return Tarjan(graph).Run();
}

}  // namespace cartograph::rules
