#include "rules/analysis/grounding.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "rules/analysis/split.h"
#include "rules/syntax/parser.h"

namespace cartograph::rules {
namespace {

std::string Bound(const std::string& body) {
  DiagnosticList diagnostics(10);
  ItemsSyntax items = Parse("h() :- " + body + ".", 0, ParseOptions{}, &diagnostics);
  Clause clause = SplitRule(items.rules[0], 0, &diagnostics)[0];
  Grounding grounding(clause.body,
                      [](const AggregateSyntax*) { return Grounding::Treatment::kOpaque; });
  std::vector<std::string> bound = grounding.BoundVariables();
  std::sort(bound.begin(), bound.end());
  return absl::StrJoin(bound, " ");
}

TEST(GroundingTest, FollowsAtomsEqualitiesRecordsAndFunctors) {
  struct Case {
    const char* body;
    const char* bound;
  };
  constexpr Case kCases[] = {
      {"a(x, y)", "x y"},
      {"!a(x)", ""},
      {"x < 1, x != 2", ""},
      {"x = 1", "x"},
      {"x = y, y = z, a(z)", "x y z"},
      {"x = y, y = x", ""},
      {"x = y + 1, a(y)", "x y"},
      {"x = y + 1, a(x)", "x"},
      {"a(x + y)", ""},
      {"a([x, [y, _]])", "x y"},
      {"r = [x, y], a(r)", "r x y"},
      {"r = [x, y], a(x)", "x"},
      {"r = [x, y], a(x), y = 1", "r x y"},
      {"$B(x) = t, a(t)", "t x"},
      {"as([x, y], P) = t, a(t)", "t x y"},
      {"as(x, P) = t, a(t)", "t"},
      {"t = as(x, P), a(x)", "t x"},
      {"x = count : { a(y) }", "x"},
      {"x = range(1, y), a(y)", "x y"},
  };
  for (const Case& c : kCases) EXPECT_EQ(Bound(c.body), c.bound) << c.body;
}

TEST(GroundingTest, IsLinearInALongChain) {
  std::string body = "a(x0)";
  for (int i = 2000; i > 0; --i) body += ", x" + std::to_string(i) + " = x" + std::to_string(i - 1);
  std::string bound = Bound(body);
  EXPECT_EQ(std::count(bound.begin(), bound.end(), ' '), 2000);
}

}  // namespace
}  // namespace cartograph::rules
