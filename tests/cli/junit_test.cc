#include "clients/cli/junit.h"

#include "gtest/gtest.h"

namespace cartograph::clients {
namespace {

TEST(JunitXml, HasASuiteForEachFile) {
  const std::vector<rules::SourceFile> files = {{"a.test", "one\ntwo\n"}, {"b.test", "three"}};
  std::vector<rules::RuleTestResult> results;
  results.push_back({.title = "good", .span = {0, 0, 3}});
  results.push_back({.title = "bad", .span = {0, 4, 7}});
  results.back().failures = {{rules::RuleTestFailure::Kind::kMissing, "f(1)", {0, 4, 5}},
                             {rules::RuleTestFailure::Kind::kUnexpected, "g(\"<&>\")", {0, 4, 5}}};
  results.push_back({.title = "broken", .span = {1, 0, 5}, .error = "by 0\nin a rule"});
  EXPECT_EQ(JunitXml(results, files), R"xml(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="cartograph" tests="3" failures="1" errors="1">
  <testsuite name="a.test" tests="2" failures="1" errors="0">
    <testcase name="good" classname="a.test" file="a.test" line="1"/>
    <testcase name="bad" classname="a.test" file="a.test" line="2">
      <failure message="missing: f(1)&#10;unexpected: g(&quot;&lt;&amp;&gt;&quot;)"/>
    </testcase>
  </testsuite>
  <testsuite name="b.test" tests="1" failures="0" errors="1">
    <testcase name="broken" classname="b.test" file="b.test" line="1">
      <error message="by 0&#10;in a rule"/>
    </testcase>
  </testsuite>
</testsuites>
)xml");
}

TEST(JunitXml, HoldsNoControlCharacters) {
  const std::vector<rules::SourceFile> files = {{"a.test", ""}};
  const std::string xml = JunitXml({{.title = std::string("a\0b\x1B", 4), .span = {}}}, files);
  EXPECT_NE(xml.find("name=\"a\xEF\xBF\xBD"
                     "b\xEF\xBF\xBD\""),
            std::string::npos)
      << xml;
}

}  // namespace
}  // namespace cartograph::clients
