#include "kb/did_you_mean.h"

#include "gtest/gtest.h"

namespace cartograph::kb {
namespace {

TEST(DidYouMeanTest, EndsAMessage) {
  EXPECT_EQ(DidYouMean("sorce", {"disease", "source"}), "; did you mean \"source\"?");
  EXPECT_EQ(DidYouMean("therapy", {"disease", "source"}), "");
}

}  // namespace
}  // namespace cartograph::kb
