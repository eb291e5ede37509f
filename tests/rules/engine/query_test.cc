#include "rules/engine/query.h"

#include <set>

#include "gtest/gtest.h"
#include "tests/rules/engine/run_text.h"

namespace cartograph::rules {
namespace {

constexpr char kText[] =
    ".decl r(a:number,b:number,c:number) .decl z() z(). "
    "r(x,y,(x*y)%7) :- x = range(-5, 20), y = range(0, 30), (x+y) % 3 != 1.";

std::vector<Tuple> Find(const Model& model, const Pattern& pattern, size_t skip, size_t limit) {
  base::Budget budget;
  std::vector<Tuple> found;
  const auto visit = [&](TupleView values) {
    found.emplace_back(values.begin(), values.end());
    return found.size() < limit;
  };
  EXPECT_TRUE(Query(model, *model.program().Find("r"), pattern, skip, &budget, visit).ok());
  return found;
}

TEST(Query, EveryPatternFindsWhatAScanFinds) {
  const auto model = *RunText(kText);
  const std::vector<Tuple> all = Find(*model, Pattern(3), 0, SIZE_MAX);
  EXPECT_EQ(all.size(), model->relation(*model->program().Find("r")).size());
  for (int bound = 0; bound < 8; ++bound) {
    for (const size_t row : {0U, 17U, 400U}) {
      Pattern pattern(3);
      for (size_t c = 0; c < 3; ++c) {
        if ((bound >> c & 1) != 0) pattern[c] = all[row][c];
      }
      std::set<Tuple> expected;
      for (const Tuple& tuple : all) {
        bool matches = true;
        for (size_t c = 0; c < 3; ++c)
          matches = matches && (!pattern[c].has_value() || *pattern[c] == tuple[c]);
        if (matches) expected.insert(tuple);
      }
      const std::vector<Tuple> found = Find(*model, pattern, 0, SIZE_MAX);
      EXPECT_EQ(found.size(), expected.size());
      EXPECT_EQ(std::set<Tuple>(found.begin(), found.end()), expected);
    }
  }
}

TEST(Query, PagesNeverRepeatOrSkip) {
  const auto model = *RunText(kText);
  const Pattern pattern = {std::nullopt, std::nullopt, Value(3)};
  const std::vector<Tuple> all = Find(*model, pattern, 0, SIZE_MAX);
  std::vector<Tuple> paged;
  while (true) {
    const std::vector<Tuple> page = Find(*model, pattern, paged.size(), 7);
    if (page.empty()) break;
    paged.insert(paged.end(), page.begin(), page.end());
  }
  EXPECT_EQ(paged, all);
}

TEST(Query, ValuesThatOccurNowhereFindNothing) {
  const auto model = *RunText(kText);
  EXPECT_TRUE(Find(*model, {Value(999), std::nullopt, std::nullopt}, 0, SIZE_MAX).empty());
  EXPECT_TRUE(Find(*model, {Value(1), Value(999), std::nullopt}, 0, SIZE_MAX).empty());
  EXPECT_TRUE(Find(*model, {std::nullopt, std::nullopt, Value(999)}, 0, SIZE_MAX).empty());
}

TEST(Query, FindsTheEmptyTuple) {
  const auto model = *RunText(kText);
  base::Budget budget;
  int visits = 0;
  const auto visit = [&](TupleView values) {
    EXPECT_TRUE(values.empty());
    return ++visits < 10;
  };
  EXPECT_TRUE(Query(*model, *model->program().Find("z"), {}, 0, &budget, visit).ok());
  EXPECT_EQ(visits, 1);
}

TEST(Query, StopsAtItsBudget) {
  const auto model = *RunText(".decl r(a:number) r(x) :- x = range(0, 50000).");
  base::BudgetLimits limits;
  limits.probes_max = 10'000;
  base::Budget budget(limits);
  size_t visits = 0;
  const auto visit = [&](TupleView) {
    ++visits;
    return true;
  };
  const absl::Status status =
      Query(*model, *model->program().Find("r"), Pattern(1), 0, &budget, visit);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_LT(visits, 12'000);
}

}  // namespace
}  // namespace cartograph::rules
