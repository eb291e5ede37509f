// What a source carries: retracted, its share of the answers is gone at that revision; reinstated,
// it is back.

#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "tests/founding/founding_server.h"
#include "tests/founding/tables.h"

namespace cartograph::founding {
namespace {

struct Loss {
  std::string source;
  std::string golden;  // rows of lost_without
};

void PrintTo(const Loss& loss, std::ostream* out) { *out << loss.source; }

// A server that the tests of this file change and put back: starting one takes longer than a test.
FoundingServer& ChangedServer() {
  static FoundingServer server;
  return server;
}

class RetractionTest : public ::testing::TestWithParam<Loss> {};

Rows Difference(const Rows& before, const Rows& after) {
  Rows lost;
  for (const Row& row : before) {
    if (after.count(row) == 0) lost.insert(row);
  }
  return lost;
}

// The pairs that the golden file expects to be lost.
Rows ExpectedLoss(const Loss& loss) {
  Rows lost;
  const auto table = ReadTsv(GoldenPath(loss.golden));
  for (size_t i = 1; i < table.size(); ++i) lost.insert({table[i][1], table[i][2]});
  return lost;
}

TEST_P(RetractionTest, LosesWhatRestedOnTheSourceAndReinstatingBringsItBack) {
  FoundingServer& server = ChangedServer();
  const auto before = server.AskAll();
  ASSERT_EQ(before.at("studied_in").size(), 15u);

  ASSERT_TRUE(server.SetStanding(GetParam().source, v1::STANDING_RETRACTED).ok());
  const auto retracted = server.AskAll();
  EXPECT_EQ(Difference(before.at("studied_in"), retracted.at("studied_in")),
            ExpectedLoss(GetParam()));
  EXPECT_EQ(Difference(retracted.at("studied_in"), before.at("studied_in")), Rows());
  EXPECT_EQ(retracted, PlainAnswers(server.Entities()));

  ASSERT_TRUE(server.SetStanding(GetParam().source, v1::STANDING_REINSTATED).ok());
  EXPECT_EQ(server.AskAll(), before);
  ASSERT_TRUE(server.SetStanding(GetParam().source, v1::STANDING_CURRENT).ok());
  EXPECT_EQ(server.AskAll(), before);
}

INSTANTIATE_TEST_SUITE_P(Founding, RetractionTest,
                         ::testing::Values(Loss{"sources/schett-2024", "Q18_schett.tsv"},
                                           Loss{"sources/wang-2024", "Q18_wang.tsv"},
                                           Loss{"sources/guffroy-2024", "Q18_guffroy.tsv"},
                                           Loss{"sources/scherlinger-2025", "Q18_scherlinger.tsv"}),
                         [](const auto& test) {
                           std::string name = test.param.source.substr(8);
                           name[name.find('-')] = '_';
                           return name;
                         });

// What lost_without foretells is what happens, for every source that is worth asking about.
TEST(RetractionTest, IsForetoldByLostWithout) {
  FoundingServer& server = ChangedServer();
  const Rows before = server.Ask("studied_in").AsSet();
  for (const char* source : {"sources/schett-2024", "sources/wang-2024", "sources/guffroy-2024",
                             "sources/del-bufalo-2023", "sources/mackensen-2023"}) {
    SCOPED_TRACE(source);
    Rows foretold;
    for (const Row& row : server.Ask("lost_without", {{"source", source}}).rows) {
      foretold.insert({row[1], row[2]});
    }
    ASSERT_TRUE(server.SetStanding(source, v1::STANDING_RETRACTED).ok());
    EXPECT_EQ(Difference(before, server.Ask("studied_in").AsSet()), foretold);
    ASSERT_TRUE(server.SetStanding(source, v1::STANDING_CURRENT).ok());
  }
}

// Evidence of a cited work lives by that work's standing, not by that of the review it was read in.
TEST(RetractionTest, OfTheReviewLeavesTheWorksThatItCites) {
  FoundingServer& server = ChangedServer();
  ASSERT_TRUE(server.SetStanding("sources/schett-2024", v1::STANDING_RETRACTED).ok());
  EXPECT_TRUE(server.Holds("studied_in", {"targets/gd2", "diseases/neuroblastoma"}));
  ASSERT_TRUE(server.SetStanding("sources/del-bufalo-2023", v1::STANDING_RETRACTED).ok());
  EXPECT_FALSE(server.Holds("studied_in", {"targets/gd2", "diseases/neuroblastoma"}));
  ASSERT_TRUE(server.SetStanding("sources/del-bufalo-2023", v1::STANDING_CURRENT).ok());
  ASSERT_TRUE(server.SetStanding("sources/schett-2024", v1::STANDING_CURRENT).ok());
}

// A correction or an expression of concern is no retraction.
TEST(RetractionTest, IsTheOnlyStandingThatSilencesASource) {
  FoundingServer& server = ChangedServer();
  const auto before = server.AskAll();
  for (v1::Standing standing :
       {v1::STANDING_CORRECTED, v1::STANDING_EXPRESSION_OF_CONCERN, v1::STANDING_SUPERSEDED}) {
    SCOPED_TRACE(v1::Standing_Name(standing));
    ASSERT_TRUE(server.SetStanding("sources/schett-2024", standing).ok());
    EXPECT_EQ(server.AskAll(), before);
  }
  ASSERT_TRUE(server.SetStanding("sources/schett-2024", v1::STANDING_CURRENT).ok());
}

}  // namespace
}  // namespace cartograph::founding
