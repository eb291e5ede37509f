#include "base/budget.h"

#include "gtest/gtest.h"

namespace cartograph::base {
namespace {

TEST(BudgetTest, AllowsTheLimitAndRefusesOneMore) {
  Budget budget(BudgetLimits{.facts_max = 3});
  budget.SpendFacts(3);
  EXPECT_TRUE(budget.Check("rule a").ok());
  budget.SpendFacts(1);
  absl::Status status = budget.Check("rule a");
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(status.message(), "the budget facts_max = 3 was spent in rule a");
}

TEST(BudgetTest, ZeroMeansNoLimit) {
  Budget budget(BudgetLimits{.facts_max = 0});
  budget.SpendFacts(uint64_t{1} << 60);
  budget.SpendProbes(uint64_t{1} << 60);
  EXPECT_TRUE(budget.Check("rule a", 1'000'000).ok());
}

TEST(BudgetTest, NamesRoundsProbesAndBytes) {
  Budget budget(BudgetLimits{.probes_max = 1, .rounds_max = 2, .bytes_max = 3});
  EXPECT_EQ(budget.Check("stratum 1", 3).message(),
            "the budget rounds_max = 2 was spent in stratum 1");
  budget.SpendBytes(4);
  EXPECT_EQ(budget.Check("stratum 1").message(), "the budget bytes_max = 3 was spent in stratum 1");
  budget.ReturnBytes(4);
  EXPECT_TRUE(budget.Check("stratum 1").ok());
  budget.SpendProbes(2);
  EXPECT_EQ(budget.Check("stratum 1").message(),
            "the budget probes_max = 1 was spent in stratum 1");
}

TEST(BudgetTest, CancelEndsTheWork) {
  Budget budget;
  budget.Cancel();
  EXPECT_EQ(budget.Check("rule a").code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace cartograph::base
