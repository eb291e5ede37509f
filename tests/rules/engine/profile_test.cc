#include "rules/engine/profile.h"

#include <regex>
#include <sstream>

#include "gtest/gtest.h"
#include "tests/rules/engine/run_text.h"

namespace cartograph::rules {
namespace {

TEST(Profile, TellsWhatEachRuleTookAndHow) {
  const auto program = CompileText(
      ".decl e(x:number,y:number) .decl f(x:number) .decl r(x:number,y:number) e(1,2). e(2,3). "
      "f(3).\n"
      "r(x,y) :- e(x,y).\n"
      "r(x,z) :- r(x,y), e(y,z), !f(x), z < 9.");
  base::Budget budget;
  Profile profile;
  EvaluateOptions options;
  options.profile = &profile;
  ASSERT_TRUE(Evaluate(program, {}, &budget, options).ok());
  std::ostringstream text;
  profile.Write(&text);
  // Times and bytes differ from run to run.
  const std::string stable =
      std::regex_replace(std::regex_replace(text.str(), std::regex("[0-9]+\\.[0-9]{3}\t"), "T\t"),
                         std::regex("\n[0-9]+\t([0-9]+\t[a-z])"), "\nB\t$1");
  for (const char* line : {
           "T\t2\t2\t1\trule r(x,y) at test.dl:2:1 (stratum 2)\tscan e\n",
           "\trule r(x,z) at test.dl:3:1 (stratum 2) from new r in literal 1\t"
           "scan new r, drop what is in f, look up e by x, compare or bind\n",
           "1\tT\t2\t2\t1\trule r(x,y)",
           "2\tT\t1\t",
           "\nB\t3\tr\n",
       }) {
    EXPECT_NE(stable.find(line), std::string::npos) << line << "is not in\n" << stable;
  }
}

}  // namespace
}  // namespace cartograph::rules
