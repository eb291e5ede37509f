#include "rules/syntax/nearest.h"

#include <string>

#include "gtest/gtest.h"

namespace cartograph::rules {
namespace {

TEST(NearestNameTest, FindsTheLikelyMeaning) {
  struct Case {
    const char* name;
    const char* nearest;
  };
  constexpr Case kCases[] = {{"studied_im", "studied_in"},
                             {"Studied_In", "studied_in"},
                             {"studid_in", "studied_in"},
                             {"egde", "edge"},
                             {"ege", "edge"},
                             {"nubmer", "number"},
                             {"edge", ""},
                             {"x", ""},
                             {"completely", ""},
                             {"targets", "target"}};
  for (const Case& c : kCases) {
    EXPECT_EQ(NearestName(c.name, {"edge", "number", "studied_in", "target"}), c.nearest) << c.name;
  }
}

TEST(NearestNameTest, TakesTheFirstOfEquals) {
  EXPECT_EQ(NearestName("aac", {"aab", "aad"}), "aab");
}

TEST(NearestNameTest, LeavesVeryLongNamesAlone) {
  EXPECT_EQ(NearestName(std::string(1000, 'a'), {std::string(999, 'a')}), "");
}

}  // namespace
}  // namespace cartograph::rules
