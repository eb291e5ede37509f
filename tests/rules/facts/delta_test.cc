#include "rules/facts/delta.h"

#include "gtest/gtest.h"

namespace cartograph::rules {
namespace {

Fact P(uint32_t value) { return {PredicateId{1}, {Value(value)}}; }

TEST(Delta, NormalizeSortsAndCancels) {
  const Delta delta = Normalize({{P(3), P(1), P(3), P(2)}, {P(2), P(5), P(4), P(5)}});
  EXPECT_EQ(delta, (Delta{{P(1), P(3)}, {P(4), P(5)}}));
  EXPECT_TRUE(Normalize({{P(1)}, {P(1)}}).empty());
  EXPECT_EQ(Normalize(delta), delta);
}

}  // namespace
}  // namespace cartograph::rules
