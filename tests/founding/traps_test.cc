// The ambiguities and contradictions in and between the four documents. Each has misled a reader or
// a program; each is a test here, against the running server.

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/founding/founding_server.h"

namespace cartograph::founding {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

Rows Find(const std::string& rules) { return SharedServer().AskAdHoc(rules); }

bool Holds(const std::string& predicate, const Row& symbols) {
  return SharedServer().Holds(predicate, symbols);
}

std::set<std::string> Texts(const google::protobuf::RepeatedPtrField<v1::Name>& names,
                            v1::NameKind kind) {
  std::set<std::string> texts;
  for (const v1::Name& name : names) {
    if (name.kind() == kind) texts.insert(name.text());
  }
  return texts;
}

// guffroy-2024: "this approach", often ineffective in SLE, is what came before CAR-T cells.
TEST(TrapsTest, TheApproachThatFailedInLupusIsNotCarT) {
  EXPECT_THAT(Find(R"(answer(t) :- claim(e, t, "effective_in", "diseases/sle"),
                                   direction(e, "disputes").)"),
              ElementsAre(Row{"therapies/b-cell-targeted-therapies"}));
  EXPECT_FALSE(Holds("car_therapy", {"therapies/b-cell-targeted-therapies"}));
  EXPECT_THAT(Find(R"(answer(e) :- direction(e, "disputes"), claim(e, t, _, _), car_therapy(t),
                                   context(e, "diseases/sle").)"),
              IsEmpty());
  EXPECT_THAT(Find(R"(answer(e) :- tested(_, _, e), direction(e, r), r != "supports".)"),
              IsEmpty());
}

// It succeeded in autoantibody-mediated diseases; that SLE is one of them no document says, so
// there is no contradiction.
TEST(TrapsTest, LupusIsNotMadeAnAutoantibodyMediatedDisease) {
  EXPECT_FALSE(Holds(
      "rolls_up", {"diseases/sle", "diseases/autoantibody-mediated-autoimmune-disease", "seeds"}));
}

// CD19 CAR T cells are compared with B cell-targeting biologics: not one of them.
TEST(TrapsTest, Cd19CarTIsNoKindOfWhatItIsComparedWith) {
  EXPECT_THAT(
      Find(R"(answer(k) :- kind_of("therapies/cd19-car-t", k).)"),
      ElementsAre(Row{"therapies/car"}, Row{"therapies/car-t"}, Row{"therapies/cd19-car-t"}));
  EXPECT_THAT(Find(R"(answer(d) :- tested("therapies/b-cell-biologics", d, _).)"), IsEmpty());
}

// schett-2024 names two targets and six diseases in one list: 12 pairs read distributively, none
// strictly.
TEST(TrapsTest, TheListOfSchettPairsNothingStrictly) {
  const char kPairs[] = R"(
    answer(x, d) :- tests_reported("sources/schett-2024", t, d, e), coordination(e, "%s"),
                    targets(t, x, _).)";
  EXPECT_EQ(Find(absl::StrReplaceAll(kPairs, {{"%s", "collective"}})).size(), 12u);
  EXPECT_THAT(Find(absl::StrReplaceAll(kPairs, {{"%s", "single"}})), IsEmpty());
}

// wang-2024: "SLE and other systemic AD". The others are not named, and no other document may name
// them.
TEST(TrapsTest, UnnamedMembersAreNotFilledIn) {
  EXPECT_THAT(Find(R"(answer(d) :- rolls_up(d, "diseases/other-systemic-autoimmune-disease", _).)"),
              ElementsAre(Row{"diseases/other-systemic-autoimmune-disease"}));
  for (const char* disease : {"diseases/iim", "diseases/ssc", "diseases/mg"}) {
    EXPECT_FALSE(Holds("studied_in_strict", {"targets/cd19", disease}));
    EXPECT_THAT(SharedServer().Ask("outcomes_claimed", {{"disease", disease}}).rows, IsEmpty());
  }
}

// Refractory, severe, relapsed: dropped, they would overclaim.
TEST(TrapsTest, RestrictionsToAPopulationAreKept) {
  EXPECT_THAT(Find(R"(answer(e, p) :- qualifier(e, "population", p).)"),
              ElementsAre(Row{"evidence/F02", "refractory"}, Row{"evidence/F32", "severe"},
                          Row{"evidence/F39", "severe"}, Row{"evidence/F46", "severe"},
                          Row{"evidence/F56", "relapsed or refractory"},
                          Row{"evidence/F82", "relapsed or refractory, high-risk"},
                          Row{"evidence/F85", "relapsed or refractory"}));
}

// Routine in B-cell malignancies, not yet viable in systemic autoimmune diseases: two diseases, no
// conflict.
TEST(TrapsTest, EstablishedInOneDiseaseIsNotEstablishedInAnother) {
  EXPECT_THAT(Find(R"(answer(d, r) :- claim(e, t, "established_treatment_for", d), car_therapy(t),
                                      direction(e, r).)"),
              ElementsAre(Row{"diseases/b-cell-malignancies", "supports"},
                          Row{"diseases/systemic-autoimmune-disease", "disputes"}));
  EXPECT_THAT(Find(R"(answer(t, d) :- tested(t, d, "evidence/F15").)"), IsEmpty());
}

TEST(TrapsTest, HaematologicalMalignanciesAndBCellMalignanciesAreTwo) {
  EXPECT_THAT(Find(R"(answer(a) :- rolls_up("diseases/b-cell-malignancies", a, _).)"),
              ElementsAre(Row{"diseases/b-cell-malignancies"}));
  EXPECT_THAT(Find(R"(answer(a) :- rolls_up("diseases/haematological-malignancies", a, _).)"),
              ElementsAre(Row{"diseases/haematological-malignancies"}));
}

// drug-free, without treatment, and (hedged) steroid-free are three claims.
TEST(TrapsTest, DrugFreeIsNotMergedWithSteroidFree) {
  EXPECT_THAT(
      Find(R"(answer(e, k) :- qualifier(e, k, "true"), contains("_free", k).)"),
      ElementsAre(Row{"evidence/F22", "drug_free"}, Row{"evidence/F23", "drug_free"},
                  Row{"evidence/F33", "steroid_free"}, Row{"evidence/F45", "treatment_free"}));
  EXPECT_TRUE(Holds("modality", {"evidence/F33", "hedged"}));
  EXPECT_THAT(SharedServer().Ask("drug_free_remission").rows,
              ElementsAre(Row{"diseases/other-systemic-autoimmune-disease", "sources/wang-2024"},
                          Row{"diseases/sle", "sources/wang-2024"}));
}

// "lupus" may mean SLE; that is not for a program to decide.
TEST(TrapsTest, LupusIsNotTakenForSystemicLupus) {
  EXPECT_THAT(
      SharedServer().Ask("outcomes_claimed", {{"disease", "diseases/sle"}}).rows,
      ElementsAre(Row{"diseases/sle", "remission", "therapies/cd19-car-t", "sources/wang-2024"}));
  EXPECT_THAT(
      SharedServer().Ask("outcomes_claimed", {{"disease", "diseases/lupus"}}).rows,
      ElementsAre(Row{"diseases/lupus", "remission", "therapies/car-t", "sources/guffroy-2024"}));
  EXPECT_THAT(Find(R"(answer(x) :- rolls_up("diseases/lupus", x, _), x != "diseases/lupus".
                      answer(x) :- rolls_up(x, "diseases/lupus", _), x != "diseases/lupus".)"),
              IsEmpty());
}

// Two words for one challenge are one; efficacy and long-term efficacy are two.
TEST(TrapsTest, ChallengesAreNeitherDoubledNorMerged) {
  EXPECT_THAT(
      Texts(SharedServer().Get("challenges/safety").challenge().names(), v1::NAME_KIND_EXACT),
      Contains("security of the procedure"));
  EXPECT_THAT(Texts(SharedServer().Get("challenges/accessibility").challenge().names(),
                    v1::NAME_KIND_EXACT),
              Contains("availability"));
  EXPECT_THAT(Find(R"(answer(e) :- raises("sources/guffroy-2024", "challenges/safety", _, e).)"),
              ElementsAre(Row{"evidence/F50"}));
  EXPECT_THAT(SharedServer().Ask("car_challenges", {{"challenge", "challenges/efficacy"}}).rows,
              ElementsAre(Row{"challenges/efficacy", "sources/schett-2024"}));
}

// schett-2024 speaks of considerations, though its title says challenges.
TEST(TrapsTest, ConsiderationsAreDiscussedNotAsserted) {
  EXPECT_THAT(
      Find(R"(answer(c) :- raises("sources/schett-2024", c, _, e), modality(e, "discussed").)"),
      ElementsAre(Row{"challenges/efficacy"}, Row{"challenges/medical-management"},
                  Row{"challenges/patient-selection"}, Row{"challenges/safety"}));
  EXPECT_THAT(
      SharedServer().Ask("car_challenges_asserted", {{"source", "sources/schett-2024"}}).rows,
      ElementsAre(Row{"challenges/early-evidence", "sources/schett-2024"}));
}

// Challenges that a document leaves unspecified are not invented.
TEST(TrapsTest, UnspecifiedChallengesStayText) {
  for (const char* evidence : {"evidence/F05", "evidence/F14", "evidence/F16"}) {
    const v1::Proposition claim = SharedServer().Get(evidence).evidence().proposition();
    EXPECT_TRUE(claim.objects().empty());
    EXPECT_FALSE(claim.object_text().empty());
    EXPECT_THAT(
        Find(absl::StrReplaceAll(R"(answer(c) :- claim("%s", _, _, c).)", {{"%s", evidence}})),
        IsEmpty());
  }
}

// scherlinger-2025 talks about CD138, FAP and CAR regulatory T cells; nobody reports a study.
TEST(TrapsTest, WhatIsOnlyDiscussedDoesNotCountAsStudied) {
  EXPECT_THAT(
      Find(R"(answer(t) :- discussed(t, _, _), !tested(t, _, _).)"),
      ElementsAre(Row{"therapies/car-treg"}, Row{"therapies/cd138-car"}, Row{"therapies/fap-car"}));
  for (const char* target : {"targets/cd138", "targets/fap"}) {
    EXPECT_THAT(SharedServer().Ask("studied_in", {{"target", target}}).rows, IsEmpty());
    EXPECT_THAT(SharedServer().Ask("studied_within", {{"target", target}}).rows, IsEmpty());
  }
}

TEST(TrapsTest, TheWrongNameOfFapIsKeptAsAMisspelling) {
  EXPECT_THAT(Texts(SharedServer().Get("targets/fap").target().names(), v1::NAME_KIND_MISSPELLING),
              ElementsAre("fibroblast activated protein"));
  const v1::Evidence evidence = SharedServer().Get("evidence/F12").evidence();
  EXPECT_THAT(evidence.quotes(0).text(), ::testing::HasSubstr("fibroblast activated protein"));
}

// "Thierry Martin" and "Martin, Thierry" are one; a list that ends in "et al." rules nothing out.
TEST(TrapsTest, ASharedAuthorIsFoundAndAnIncompleteListSaysNothing) {
  EXPECT_TRUE(Holds("shared_authors",
                    {"sources/scherlinger-2025", "sources/guffroy-2024", "Martin", "Thierry"}));
  EXPECT_FALSE(Holds("author_list_complete", {"sources/schett-2024"}));
  EXPECT_THAT(Find(R"(answer(s, o) :- independent(s, o).)"), IsEmpty());
  EXPECT_TRUE(Holds("independence_unknown", {"sources/wang-2024", "sources/schett-2024"}));
}

TEST(TrapsTest, DatesAreAsPreciseAsTheDocumentsAre) {
  auto date = [](const v1::PartialDate& d) {
    return std::vector<int>{d.year(), d.month(), d.day()};
  };
  EXPECT_THAT(date(SharedServer().Get("sources/guffroy-2024").source().published()),
              ElementsAre(2024, 9, 0));
  const v1::Source schett = SharedServer().Get("sources/schett-2024").source();
  EXPECT_THAT(date(schett.published()), ElementsAre(2024, 9, 0));
  EXPECT_THAT(date(schett.published_online()), ElementsAre(2024, 8, 6));
  const v1::Source wang = SharedServer().Get("sources/wang-2024").source();
  EXPECT_THAT(date(wang.published()), ElementsAre(2024, 12, 17));
  EXPECT_EQ(wang.venue().volume(), "138");
}

// The Chinese abstract of wang-2024 is a translation: a second quote of the same claim, not a
// second claim.
TEST(TrapsTest, ATranslationIsNoFurtherEvidence) {
  EXPECT_EQ(Find(R"(answer(e) :- evidence(e, "sources/wang-2024", _).)").size(), 14u);
  EXPECT_THAT(Find(R"(answer(e) :- quote(e, "zh-Hans", _), !quote(e, "en", _).)"), IsEmpty());
  EXPECT_THAT(Find(R"(answer("x") :- quote(_, "zh-Hans", _).)"), Not(IsEmpty()));
}

TEST(TrapsTest, TwoChineseTermsNameOneDisease) {
  const v1::Disease disease = SharedServer().Get("diseases/autoimmune-disease").disease();
  EXPECT_THAT(Texts(disease.names(), v1::NAME_KIND_PREFERRED), Contains("自身免疫性疾病"));
  EXPECT_THAT(Texts(disease.names(), v1::NAME_KIND_EXACT), Contains("自体免疫疾病"));
}

TEST(TrapsTest, AMachineTranslatedTitleSaysSo) {
  const v1::Source source = SharedServer().Get("sources/scherlinger-2025").source();
  ASSERT_EQ(source.titles_size(), 2);
  EXPECT_EQ(source.titles(0).language(), "en");
  EXPECT_FALSE(source.titles(0).machine_translated());
  EXPECT_EQ(source.titles(1).language(), "zh-Hans");
  EXPECT_TRUE(source.titles(1).machine_translated());
}

TEST(TrapsTest, ADoiWithParenthesesIsKeptWhole) {
  EXPECT_TRUE(
      Holds("xref", {"sources/scherlinger-2025", "DOI:10.1016/S2665-9913(24)00377-1", "exact"}));
}

TEST(TrapsTest, ADocumentMayLackItsTitle) {
  EXPECT_TRUE(SharedServer().Get("sources/wang-2024").source().titles().empty());
}

// Neuromyelitis optica is not the whole spectrum.
TEST(TrapsTest, TheSpectrumDisorderHasCloseMatchesOnly) {
  EXPECT_THAT(Find(R"(answer(m) :- xref("diseases/nmosd", _, m).)"), ElementsAre(Row{"close"}));
}

// A reply with the pages of an article: the citation mixes two items, and the source says so.
TEST(TrapsTest, AMixedCitationIsMarked) {
  const v1::Source source = SharedServer().Get("sources/del-bufalo-2023").source();
  EXPECT_EQ(source.kind(), v1::SOURCE_KIND_LETTER);
  EXPECT_THAT(source.note(), ::testing::HasSubstr("mixes two items"));
}

// Whatever their records call them, all four documents are reviews; nothing in them is primary
// evidence.
TEST(TrapsTest, AllFourDocumentsAreReviews) {
  EXPECT_THAT(Find(R"(answer(k) :- evidence(e, s, _), source(s, k), quote(e, _, "abstract").)"),
              ElementsAre(Row{"review"}));
  for (const v1::Entity& entity : FoundingEntities()) {
    if (!entity.has_evidence()) continue;
    EXPECT_THAT(entity.evidence().eco(), ::testing::AnyOf("ECO:0000303", "ECO:0000305"));
  }
}

// Items listed beside a document without title or identifier: whether it cites them is unknown.
TEST(TrapsTest, AListWithoutWordsIsNoCitation) {
  EXPECT_THAT(Find(R"(answer(r) :- cites("sources/wang-2024", _, r).)"),
              ElementsAre(Row{"unknown"}));
  EXPECT_EQ(Find(R"(answer(s) :- cites("sources/wang-2024", s, _).)").size(), 10u);
  EXPECT_EQ(Find(R"(answer(s) :- cites("sources/schett-2024", s, "cites").)").size(), 5u);
}

// What the journal says of itself at the end of a file is not a claim of the article.
TEST(TrapsTest, TheBlurbOfTheJournalNamesNoDiseases) {
  for (const v1::Entity& entity : FoundingEntities()) {
    for (const v1::Name& name : entity.disease().names()) {
      EXPECT_THAT(name.text(), Not(::testing::AnyOf(::testing::HasSubstr("rheumatic"),
                                                    ::testing::HasSubstr("arthritis"),
                                                    ::testing::HasSubstr("connective"))));
    }
  }
}

// A claim about a class of diseases or therapies does not reach its members.
TEST(TrapsTest, NoClaimFlowsDownTheHierarchy) {
  EXPECT_THAT(Find(R"(answer(d) :- tests_reported("sources/scherlinger-2025", _, d, _).)"),
              ElementsAre(Row{"diseases/systemic-autoimmune-disease"}));
  EXPECT_THAT(Find(R"(answer(t, d, e) :- tested(t, d, e), !claim(e, t, _, _), !effect(e, t, _, _).
                      answer(t, d, e) :- tested(t, d, e), !claim(e, _, _, d), !context(e, d).)"),
              IsEmpty());
}

// A target that a title does not name is not filled in from what one knows.
TEST(TrapsTest, NoTargetIsFilledInFromKnowledge) {
  EXPECT_THAT(SharedServer().Ask("studied_in", {{"disease", "diseases/cll"}}).rows, IsEmpty());
  EXPECT_THAT(Find(R"(answer(c) :- xref("targets/gd2", c, _).)"), IsEmpty());
}

}  // namespace
}  // namespace cartograph::founding
