// Why, why not, and what rests on what, over the founding corpus.

#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/founding/founding_server.h"
#include "tests/founding/tables.h"

namespace cartograph::founding {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
using Names = std::set<std::string>;

v1::Fact FactOf(const std::string& predicate, const Row& symbols) {
  v1::Fact fact;
  fact.set_predicate(predicate);
  for (const std::string& symbol : symbols) fact.add_values()->set_symbol(symbol);
  return fact;
}

v1::ExplainFactResponse Explain(const v1::Fact& fact) {
  v1::ExplainFactRequest request;
  *request.mutable_fact() = fact;
  request.set_alternatives_max(10);
  request.set_support_sets_max(10);
  request.set_prose(true);
  const auto response = SharedServer().client().Call(&v1::FactService::Stub::ExplainFact, request);
  EXPECT_TRUE(response.ok()) << response.status();
  return response.ok() ? *response : v1::ExplainFactResponse();
}

Names EvidenceOf(const v1::Proof& proof) {
  Names names;
  for (const v1::ProofNode& node : proof.nodes()) {
    for (const v1::EvidenceLeaf& leaf : node.evidence()) names.insert(leaf.evidence());
  }
  return names;
}

v1::ExplainAbsenceResponse WhyNot(const std::string& predicate, const Parameters& columns) {
  v1::ExplainAbsenceRequest request;
  request.set_predicate(predicate);
  for (const auto& [column, symbol] : columns) {
    v1::ColumnFilter* filter = request.add_columns();
    filter->set_column(column);
    filter->mutable_value()->set_symbol(symbol);
  }
  const auto response =
      SharedServer().client().Call(&v1::FactService::Stub::ExplainAbsence, request);
  EXPECT_TRUE(response.ok()) << response.status();
  return response.ok() ? *response : v1::ExplainAbsenceResponse();
}

// Q17: one claim, with the target link of one piece of evidence or of another.
TEST(WhyTest, Cd19InMultipleSclerosisHasTwoProofs) {
  const auto response = Explain(FactOf("studied_in", {"targets/cd19", "diseases/ms"}));
  ASSERT_EQ(response.alternatives_size(), 1);
  EXPECT_TRUE(response.support_sets_complete());
  std::vector<Names> proofs = {EvidenceOf(response.proof()), EvidenceOf(response.alternatives(0))};
  EXPECT_THAT(proofs, UnorderedElementsAre(Names{"evidence/F66", "evidence/F21"},
                                           Names{"evidence/F66", "evidence/F59"}));
  std::vector<Names> supports;
  for (const v1::SupportSet& set : response.support_sets()) {
    supports.emplace_back(set.evidence().begin(), set.evidence().end());
  }
  EXPECT_THAT(supports, UnorderedElementsAre(Names{"evidence/F66", "evidence/F21"},
                                             Names{"evidence/F66", "evidence/F59"}));
  EXPECT_THAT(response.prose().text(), ::testing::HasSubstr("collectively"));
}

// Equal steps have equal ids in both proofs, other steps have others.
TEST(WhyTest, IdsSayWhatANodeSays) {
  const auto response = Explain(FactOf("studied_in", {"targets/cd19", "diseases/ms"}));
  ASSERT_EQ(response.alternatives_size(), 1);
  std::map<std::string, std::string> by_id;
  for (const v1::Proof* proof : {&response.proof(), &response.alternatives(0)}) {
    Names ids;
    for (const v1::ProofNode& node : proof->nodes()) {
      EXPECT_EQ(node.id().size(), 32u);
      EXPECT_TRUE(ids.insert(node.id()).second) << node.DebugString();
      const std::string says = node.fact().SerializeAsString() + node.text();
      const auto [at, added] = by_id.emplace(node.id(), says);
      EXPECT_EQ(at->second, says);
    }
  }
  EXPECT_NE(response.proof().nodes(0).id(), response.alternatives(0).nodes(0).id());
}

TEST(WhyTest, ProseIsAsInTheGoldenFile) {
  std::string printed;
  for (const v1::Fact& fact :
       {FactOf("studied_in", {"targets/cd19", "diseases/ms"}),
        FactOf("studied_in", {"targets/cldn6", "diseases/solid-tumors"}),
        FactOf("discussed_only", {"diseases/autoimmune-disease", "seeds", "targets/fap"})}) {
    const auto response = Explain(fact);
    printed += response.prose().text() + "\n";
    for (const v1::ProseReference& reference : response.prose().references()) {
      printed += "[" + std::to_string(reference.number()) + "] " + reference.evidence().evidence() +
                 ": " + reference.evidence().statement() + "\n";
    }
    printed += "\n";
  }
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(GoldenPath("prose.txt")) << printed;
  EXPECT_EQ(printed, ReadFile(GoldenPath("prose.txt")));
}

TEST(WhyTest, BcmaIsNotStrictlyStudiedBecauseTheClaimIsCollective) {
  const auto response =
      WhyNot("studied_in_strict", {{"target", "targets/bcma"}, {"disease", "diseases/ms"}});
  ASSERT_EQ(response.failures_size(), 1);
  EXPECT_EQ(response.failures(0).failing(), "coordination(\"evidence/F66\", \"single\")");
  EXPECT_THAT(response.failures(0).satisfied(),
              ElementsAre("tested(\"therapies/bcma-car-t\", \"diseases/ms\", \"evidence/F66\")"));
  ASSERT_GT(response.repairs_size(), 0);
  const v1::Repair& first = response.repairs(0);
  ASSERT_EQ(first.add_size() + first.remove_size(), 2);
  EXPECT_EQ(first.remove(0).ShortDebugString(),
            "predicate: \"coordination\" values { symbol: \"evidence/F66\" } "
            "values { symbol: \"collective\" }");
  EXPECT_EQ(first.add(0).values(1).symbol(), "single");
}

TEST(WhyTest, WhatWasNeverStudiedCanBeRepairedByNewEvidence) {
  const auto response =
      WhyNot("studied_in", {{"target", "targets/fap"}, {"disease", "diseases/sle"}});
  EXPECT_EQ(response.failures_size(), 2);
  ASSERT_GT(response.repairs_size(), 0);
  for (const v1::Repair& repair : response.repairs()) {
    EXPECT_GT(repair.add_size() + repair.remove_size(), 0);
    // Only what entities feed can be written.
    for (const v1::Fact& fact : repair.add()) EXPECT_NE(fact.predicate(), "studied_in");
  }
}

TEST(WhyTest, WhatHoldsHasNoAbsence) {
  v1::ExplainAbsenceRequest request;
  request.set_predicate("studied_in");
  const auto response =
      SharedServer().client().Call(&v1::FactService::Stub::ExplainAbsence, request);
  EXPECT_EQ(response.status().code(), absl::StatusCode::kFailedPrecondition);
}

struct Loss {
  const char* source;
  const char* golden;
};

// Q18, asked without a retraction.
TEST(WhyTest, WhatRestsOnASourceAloneIsWhatItsRetractionLoses) {
  for (const Loss& loss :
       {Loss{"sources/schett-2024", "Q18_schett.tsv"}, Loss{"sources/wang-2024", "Q18_wang.tsv"},
        Loss{"sources/guffroy-2024", "Q18_guffroy.tsv"},
        Loss{"sources/scherlinger-2025", "Q18_scherlinger.tsv"}}) {
    v1::ListDependentsRequest request;
    request.set_entity(loss.source);
    request.set_predicate("studied_in");
    const auto response =
        SharedServer().client().Call(&v1::FactService::Stub::ListDependents, request);
    ASSERT_TRUE(response.ok()) << response.status();
    Rows alone;
    for (const v1::Dependent& dependent : response->dependents()) {
      const auto& values = dependent.fact().values();
      if (dependent.alone()) alone.insert({values[0].symbol(), values[1].symbol()});
    }
    Rows expected;
    const auto table = ReadTsv(GoldenPath(loss.golden));
    for (size_t i = 1; i < table.size(); ++i) expected.insert({table[i][1], table[i][2]});
    EXPECT_EQ(alone, expected) << loss.source;
  }
}

TEST(WhyTest, DependentsOfAFactAndOfEvidence) {
  v1::ListDependentsRequest request;
  request.set_entity("evidence/F66");
  request.set_predicate("studied_in");
  auto response = SharedServer().client().Call(&v1::FactService::Stub::ListDependents, request);
  ASSERT_TRUE(response.ok()) << response.status();
  std::vector<std::string> facts;
  for (const v1::Dependent& dependent : response->dependents()) {
    facts.push_back(dependent.fact().values(0).symbol() + " " +
                    dependent.fact().values(1).symbol() + (dependent.alone() ? " alone" : ""));
  }
  EXPECT_THAT(facts,
              ElementsAre("targets/bcma diseases/ms alone", "targets/cd19 diseases/ms alone"));
  *request.mutable_fact() = FactOf("live", {"evidence/F66"});
  response = SharedServer().client().Call(&v1::FactService::Stub::ListDependents, request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->dependents_size(), 2);
}

// Target links cite wang-2024 and schett-2024 both; the claims decide.
TEST(WhyTest, FragileFactsRestOnTheClaimsOfOneSource) {
  v1::ListFragileFactsRequest request;
  request.set_predicate("studied_in");
  const auto response =
      SharedServer().client().Call(&v1::FactService::Stub::ListFragileFacts, request);
  ASSERT_TRUE(response.ok()) << response.status();
  std::map<std::string, int> by_source;
  for (const v1::FragileFact& fact : response->facts()) {
    ++by_source[fact.source()];
    EXPECT_NE(fact.fact().values(1).symbol() + fact.fact().values(0).symbol(),
              "diseases/sletargets/cd19");
  }
  EXPECT_EQ(by_source["sources/schett-2024"], 11);
  EXPECT_EQ(by_source["sources/wang-2024"], 1);
  EXPECT_EQ(response->facts_size(), 14);
}

TEST(WhyTest, ViolationsAreListedAndRefused) {
  FoundingServer server;
  v1::ListViolationsRequest request;
  auto response = server.client().Call(&v1::FactService::Stub::ListViolations, request);
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->violations_size(), 1);
  EXPECT_EQ(response->violations(0).fact().values(0).symbol(), "targets/cldn6");
  EXPECT_EQ(response->violations(0).says(), "CLDN6 is a protein without an exact mapping.");

  v1::Entity evidence = server.Get("evidence/F66");
  evidence.mutable_evidence()->mutable_review()->set_accepter("founding-curator");
  const absl::Status refused = server.Commit({Put(evidence)});
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()),
              ::testing::HasSubstr("self_accepted(\"evidence/F66\", \"founding-curator\")"));
  EXPECT_TRUE(server.Holds("studied_in", {"targets/bcma", "diseases/ms"}));
}

}  // namespace
}  // namespace cartograph::founding
