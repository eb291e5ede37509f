#include "rules/analysis/dependency_graph.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace cartograph::rules {
namespace {

std::string ComponentsOf(uint32_t nodes, const std::vector<std::pair<uint32_t, uint32_t>>& edges) {
  DependencyGraph graph(nodes);
  for (auto [from, to] : edges) {
    graph[from].push_back(
        {.from = static_cast<PredicateId>(from), .to = static_cast<PredicateId>(to)});
  }
  std::string text;
  for (const std::vector<PredicateId>& component : Components(graph)) {
    text += "(";
    for (PredicateId id : component) absl::StrAppend(&text, Index(id), " ");
    text.back() = ')';
  }
  return text;
}

TEST(ComponentsTest, ComeAfterWhatTheyDependOn) {
  EXPECT_EQ(ComponentsOf(0, {}), "");
  EXPECT_EQ(ComponentsOf(3, {}), "(0)(1)(2)");
  EXPECT_EQ(ComponentsOf(3, {{0, 1}, {1, 2}}), "(2)(1)(0)");
  EXPECT_EQ(ComponentsOf(4, {{0, 1}, {1, 2}, {2, 1}, {2, 3}}), "(3)(1 2)(0)");
  EXPECT_EQ(ComponentsOf(4, {{3, 0}, {0, 3}, {1, 2}, {2, 0}}), "(0 3)(2)(1)");
  EXPECT_EQ(ComponentsOf(5, {{0, 1}, {1, 0}, {1, 2}, {2, 3}, {3, 4}, {4, 2}}), "(2 3 4)(0 1)");
  EXPECT_EQ(ComponentsOf(1, {{0, 0}}), "(0)");
}

TEST(ComponentsTest, LongChainsNeedNoStack) {
  DependencyGraph graph(200'000);
  for (uint32_t i = 0; i + 1 < graph.size(); ++i) {
    graph[i].push_back(
        {.from = static_cast<PredicateId>(i), .to = static_cast<PredicateId>(i + 1)});
  }
  EXPECT_EQ(Components(graph).size(), graph.size());
}

}  // namespace
}  // namespace cartograph::rules
