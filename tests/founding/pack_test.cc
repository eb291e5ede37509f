// The founding rule pack as a piece of text: laid out canonically, without a warning, and with
// tests that notice when a rule is broken.

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "kb/rule_pack_folder.h"
#include "rules/syntax/formatter.h"
#include "tests/founding/founding_server.h"

namespace cartograph::founding {
namespace {

v1::RulePack Pack() {
  absl::StatusOr<v1::RulePack> pack = kb::ReadRulePackFolder(FoundingDir() + "/pack");
  EXPECT_TRUE(pack.ok()) << pack.status();
  return pack.ok() ? *std::move(pack) : v1::RulePack();
}

v1::TestRulesResponse RunTests(const v1::RulePack& pack) {
  v1::TestRulesRequest request;
  *request.mutable_pack() = pack;
  const auto response = SharedServer().client().Call(&v1::RuleService::Stub::TestRules, request);
  EXPECT_TRUE(response.ok()) << response.status();
  return response.ok() ? *response : v1::TestRulesResponse();
}

TEST(PackTest, IsLaidOutCanonically) {
  const v1::RulePack pack = Pack();
  for (const v1::RuleFile& file : pack.files()) {
    if (!absl::EndsWith(file.path(), ".dl")) continue;
    const rules::FormatResult formatted = rules::Format({file.path(), file.text()});
    EXPECT_EQ(formatted.text, file.text()) << "run: cartograph rules fmt -w data/founding/pack";
  }
}

TEST(PackTest, PassesItsTestsWithoutAWarning) {
  const v1::TestRulesResponse response = RunTests(Pack());
  EXPECT_TRUE(response.ok());
  for (const v1::Diagnostic& diagnostic : response.diagnostics()) {
    ADD_FAILURE() << diagnostic.rendered();
  }
  EXPECT_GE(response.results_size(), 40);
}

TEST(PackTest, PresentsEveryQuestionWithATitleAndADescription) {
  const auto list = SharedServer().client().Call(&v1::QuestionService::Stub::ListQuestions, {});
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->questions_size(), 21);
  for (const v1::Question& question : list->questions()) {
    EXPECT_FALSE(question.title().empty()) << question.name();
    EXPECT_FALSE(question.description().empty()) << question.name();
  }
}

// A mistake that somebody could make in the rules.
struct Mistake {
  std::string name;
  std::string right;
  std::string wrong;
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.wrong; }

class BrokenPackTest : public ::testing::TestWithParam<Mistake> {};

TEST_P(BrokenPackTest, FailsItsTests) {
  v1::RulePack pack = Pack();
  int places = 0;
  for (v1::RuleFile& file : *pack.mutable_files()) {
    if (!absl::EndsWith(file.path(), ".dl")) continue;
    places += absl::StrReplaceAll({{GetParam().right, GetParam().wrong}}, file.mutable_text());
  }
  ASSERT_GT(places, 0) << "the rules no longer hold: " << GetParam().right;
  const v1::TestRulesResponse response = RunTests(pack);
  EXPECT_FALSE(response.ok());
  for (const v1::Diagnostic& diagnostic : response.diagnostics()) {
    EXPECT_NE(diagnostic.severity(), v1::DIAGNOSTIC_SEVERITY_ERROR) << diagnostic.rendered();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Founding, BrokenPackTest,
    ::testing::Values(
        Mistake{"RetractedSourcesCount", R"(st != "retracted")", R"(st != "superseded")"},
        Mistake{"UnreviewedEvidenceCounts", R"(evidence(e, s, "accepted"))", "evidence(e, s, _)"},
        Mistake{"DisputesSupport", R"(direction(e, "supports"))", "direction(e, _)"},
        Mistake{"DiscussedIsTested", R"(says_tested("in_trials_for"))",
                R"(says_tested("discussed_for"))"},
        Mistake{"CollectiveCountsStrictly",
                R"(studied_in_strict(x, d) :- tested(t, d, e), coordination(e, "single"))",
                R"(studied_in_strict(x, d) :- tested(t, d, e), coordination(e, _))"},
        Mistake{"ClaimsFlowDown", "rolls_up(d0, d, h)", "rolls_up(d, d0, h)"},
        Mistake{"HierarchiesMix", "rolls_up(p, a, h).", "rolls_up(p, a, _)."},
        Mistake{"AbbreviationsAreOthers", "substr(g, 0, 1) = substr(h, 0, 1)", "g = h"},
        Mistake{"IncompleteListsAreComplete", "author_list_complete(o)", "source(o, _)"},
        Mistake{"OneSourceIsTwo", "n >= 2", "n >= 3"},
        Mistake{"SteroidFreeIsDrugFree", R"(qualifier(e, "drug_free", "true"))",
                R"(qualifier(e, _, "true"))"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace cartograph::founding
