// The questions of the founding corpus with known answers, asked of a running server.
//
// tests/golden/founding/questions.tsv lists them; the answers beside it were taken from the
// curators' reading of the documents, not from the output of any program. So there is no
// UPDATE_GOLDEN here.

#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/founding/founding_server.h"
#include "tests/founding/tables.h"

namespace cartograph::founding {
namespace {

struct KnownAnswer {
  std::string id;
  std::string question;
  Parameters parameters;
};

void PrintTo(const KnownAnswer& known, std::ostream* out) { *out << known.question; }

std::vector<KnownAnswer> KnownAnswers() {
  std::vector<KnownAnswer> known;
  const auto table = ReadTsv(GoldenPath("questions.tsv"));
  for (size_t i = 1; i < table.size(); ++i) {
    KnownAnswer answer{table[i][0], table[i][1], {}};
    for (absl::string_view parameter : absl::StrSplit(table[i][2], ';', absl::SkipEmpty())) {
      answer.parameters.push_back(absl::StrSplit(parameter, absl::MaxSplits('=', 1)));
    }
    known.push_back(std::move(answer));
  }
  return known;
}

class KnownAnswerTest : public ::testing::TestWithParam<KnownAnswer> {
 protected:
  std::vector<Row> Expected() const { return ReadTsv(GoldenPath(GetParam().id + ".tsv")); }
};

TEST_P(KnownAnswerTest, IsGivenExactlyAndInOrder) {
  const std::vector<Row> expected = Expected();
  ASSERT_FALSE(expected.empty());
  const Answer answer = SharedServer().Ask(GetParam().question, GetParam().parameters);
  EXPECT_EQ(answer.columns, expected[0]);
  EXPECT_EQ(answer.rows, std::vector<Row>(expected.begin() + 1, expected.end()));
}

TEST_P(KnownAnswerTest, IsTheSameInSmallPages) {
  const std::vector<Row> expected = Expected();
  const Answer answer = SharedServer().Ask(GetParam().question, GetParam().parameters, 2);
  EXPECT_EQ(answer.rows, std::vector<Row>(expected.begin() + 1, expected.end()));
}

INSTANTIATE_TEST_SUITE_P(Founding, KnownAnswerTest, ::testing::ValuesIn(KnownAnswers()),
                         [](const auto& test) { return test.param.id; });

TEST(QuestionsTest, EveryOneAgreesWithPlainLoopsOverTheEntities) {
  EXPECT_EQ(SharedServer().AskAll(), PlainAnswers(FoundingEntities()));
}

TEST(QuestionsTest, TheTwoReadingsDifferOnlyByCollectiveEvidence) {
  const Rows distributive = SharedServer().Ask("studied_in").AsSet();
  const Rows strict = SharedServer().Ask("studied_in_strict").AsSet();
  const Rows by_collective_alone = SharedServer().AskAdHoc(R"(
    answer(x, d) :- tested(t, d, e), coordination(e, "collective"), targets(t, x, _),
                    !studied_in_strict(x, d).)");
  Rows joined = strict;
  joined.insert(by_collective_alone.begin(), by_collective_alone.end());
  EXPECT_EQ(joined, distributive);
  EXPECT_EQ(by_collective_alone.size(), 11u);
}

// Every known answer is told apart from that of an empty knowledge base or a question that ignores
// its parameters.
TEST(QuestionsTest, ParametersNarrowTheAnswer) {
  EXPECT_THAT(SharedServer().Ask("studied_in", {{"disease", "diseases/sle"}}).rows,
              ::testing::ElementsAre(Row{"targets/bcma", "diseases/sle"},
                                     Row{"targets/cd19", "diseases/sle"}));
  EXPECT_THAT(SharedServer().Ask("targets_studied", {{"disease", "diseases/sle"}}).rows,
              ::testing::ElementsAre(Row{"diseases/sle", "targets/cd19", "2"},
                                     Row{"diseases/sle", "targets/bcma", "1"}));
  EXPECT_TRUE(SharedServer().Ask("studied_in", {{"target", "targets/fap"}}).rows.empty());
}

}  // namespace
}  // namespace cartograph::founding
