#include "tests/scenario/scenario_file.h"

#include "gtest/gtest.h"

namespace cartograph::scenario {
namespace {

constexpr char kText[] = R"(# About this file.

# The first step.
Service.Method
name: "a"
----
reply {
  a: 1
}

Other.Method
----
OK
# not a comment: a reply goes on until an empty line

# The end.
)";

TEST(ScenarioFileTest, SplitsIntoSteps) {
  const std::vector<Step> steps = ParseScenario(kText);
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0].comments, "# About this file.\n\n# The first step.\n");
  EXPECT_EQ(steps[0].command, "Service.Method\nname: \"a\"\n");
  EXPECT_EQ(steps[0].reply, "reply {\n  a: 1\n}\n");
  EXPECT_EQ(steps[1].comments, "\n");
  EXPECT_EQ(steps[1].reply, "OK\n# not a comment: a reply goes on until an empty line\n");
  EXPECT_EQ(steps[2].comments, "\n# The end.\n");
}

TEST(ScenarioFileTest, PrintsWhatItParsed) {
  EXPECT_EQ(PrintScenario(ParseScenario(kText)), kText);
}

}  // namespace
}  // namespace cartograph::scenario
