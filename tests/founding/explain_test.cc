// Proofs over the founding corpus: down to the quoted phrase, through the right claims and no
// others.

#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/founding/founding_server.h"

namespace cartograph::founding {
namespace {

using Names = std::set<std::string>;

v1::Proof Explained(const std::string& predicate, const Row& symbols) {
  absl::StatusOr<v1::Proof> proof = SharedServer().Explain(predicate, symbols);
  EXPECT_TRUE(proof.ok()) << proof.status();
  return proof.ok() ? *std::move(proof) : v1::Proof();
}

// Evidence under the base facts of `predicate`; of all base facts when it is empty.
Names EvidenceUnder(const v1::Proof& proof, const std::string& predicate) {
  Names names;
  for (const v1::ProofNode& node : proof.nodes()) {
    if (node.kind() != v1::PROOF_NODE_KIND_BASE) continue;
    if (!predicate.empty() && node.fact().predicate() != predicate) continue;
    for (const v1::EvidenceLeaf& leaf : node.evidence()) names.insert(leaf.evidence());
  }
  return names;
}

const v1::EvidenceLeaf* FindLeaf(const v1::Proof& proof, const std::string& evidence) {
  for (const v1::ProofNode& node : proof.nodes()) {
    for (const v1::EvidenceLeaf& leaf : node.evidence()) {
      if (leaf.evidence() == evidence) return &leaf;
    }
  }
  return nullptr;
}

std::vector<std::string> Quotes(const v1::EvidenceLeaf& leaf) {
  std::vector<std::string> quotes;
  for (const v1::QuoteLeaf& quote : leaf.quotes()) quotes.push_back(quote.quote().text());
  return quotes;
}

TEST(ExplainTest, Cd19InMultipleSclerosisRestsOnOneCollectiveClaimAndATargetLink) {
  const v1::Proof proof = Explained("studied_in", {"targets/cd19", "diseases/ms"});
  EXPECT_TRUE(proof.complete());
  EXPECT_EQ(EvidenceUnder(proof, "claim"), Names{"evidence/F66"});
  EXPECT_EQ(EvidenceUnder(proof, "effect"), Names());
  const Names link = EvidenceUnder(proof, "therapy_target");
  EXPECT_THAT(link, ::testing::AnyOf(Names{"evidence/F21"}, Names{"evidence/F59"}));
  Names all = link;
  all.insert("evidence/F66");
  EXPECT_EQ(EvidenceUnder(proof, ""), all);
}

TEST(ExplainTest, CollectiveEvidenceIsCalledThat) {
  const v1::Proof proof = Explained("studied_in", {"targets/cd19", "diseases/ms"});
  const v1::EvidenceLeaf* leaf = FindLeaf(proof, "evidence/F66");
  ASSERT_NE(leaf, nullptr);
  EXPECT_EQ(leaf->coordination(), v1::COORDINATION_COLLECTIVE);
  EXPECT_THAT(Quotes(*leaf), ::testing::Contains("myasthenia gravis and multiple sclerosis"));
  EXPECT_EQ(leaf->source(), "sources/schett-2024");
  ASSERT_GT(proof.nodes_size(), 0);
  EXPECT_EQ(proof.nodes(0).kind(), v1::PROOF_NODE_KIND_DERIVED);
  EXPECT_THAT(proof.nodes(0).rule().text(), ::testing::HasSubstr("\"collective\""));
}

TEST(ExplainTest, Cd19InLupusErythematosusEndsInTheQuotedPhrase) {
  const v1::Proof proof = Explained("studied_in", {"targets/cd19", "diseases/sle"});
  EXPECT_TRUE(proof.complete());
  const v1::EvidenceLeaf* leaf = FindLeaf(proof, "evidence/F22");
  ASSERT_NE(leaf, nullptr) << proof.DebugString();
  EXPECT_EQ(leaf->coordination(), v1::COORDINATION_SINGLE);
  EXPECT_EQ(leaf->source_standing(), v1::STANDING_CURRENT);
  EXPECT_THAT(
      Quotes(*leaf),
      ::testing::Contains("long-lasting, drug-free remission in patients with systemic lupus "
                          "erythematosus (SLE)"));
}

TEST(ExplainTest, ACombinationIsProvedThroughItsComponentAndTheCitedWork) {
  const v1::Proof proof = Explained("studied_in", {"targets/cldn6", "diseases/solid-tumors"});
  EXPECT_EQ(EvidenceUnder(proof, ""), (Names{"evidence/F84", "evidence/F85"}));
  const v1::EvidenceLeaf* leaf = FindLeaf(proof, "evidence/F85");
  ASSERT_NE(leaf, nullptr);
  EXPECT_EQ(leaf->source(), "sources/mackensen-2023");
  EXPECT_EQ(leaf->via(), "sources/schett-2024");
  EXPECT_EQ(leaf->modality(), v1::CLAIM_MODALITY_TITLE_ONLY);
}

TEST(ExplainTest, ARollUpShowsTheEdgesOfItsHierarchy) {
  const v1::Proof proof =
      Explained("tested_kinds", {"diseases/autoimmune-disease", "seeds", "diseases/ssc"});
  Names edges;
  for (const v1::ProofNode& node : proof.nodes()) {
    if (node.fact().predicate() != "disease_parent") continue;
    edges.insert(node.fact().values(0).symbol() + " < " + node.fact().values(1).symbol() + " in " +
                 node.fact().values(2).symbol());
  }
  EXPECT_THAT(edges, ::testing::IsSupersetOf(
                         {"diseases/ssc < diseases/b-cell-mediated-autoimmune-disease in seeds",
                          "diseases/b-cell-mediated-autoimmune-disease < "
                          "diseases/autoimmune-disease in seeds"}));
}

TEST(ExplainTest, WhatWasNeverStudiedIsProvedByAnAbsence) {
  const v1::Proof proof =
      Explained("discussed_only", {"diseases/autoimmune-disease", "seeds", "targets/fap"});
  bool absent = false;
  for (const v1::ProofNode& node : proof.nodes()) {
    absent = absent || (node.kind() == v1::PROOF_NODE_KIND_ABSENCE &&
                        node.fact().predicate() == "studied_within");
  }
  EXPECT_TRUE(absent) << proof.DebugString();
  EXPECT_TRUE(EvidenceUnder(proof, "").count("evidence/F12"));
}

TEST(ExplainTest, WhatDoesNotHoldHasNoProof) {
  for (const char* target : {"targets/cd138", "targets/fap"}) {
    absl::StatusOr<v1::Proof> proof =
        SharedServer().Explain("studied_in", {target, "diseases/systemic-autoimmune-disease"});
    EXPECT_EQ(proof.status().code(), absl::StatusCode::kNotFound);
  }
}

// Every answer of every question has a complete proof, all of whose evidence counts.
TEST(ExplainTest, EveryAnswerHasACompleteProof) {
  for (const char* question :
       {"studied_in", "studied_in_strict", "tests_reported", "car_challenges",
        "drug_free_remission", "removes_cells", "discussed_only"}) {
    for (const Row& row : SharedServer().Ask(question).rows) {
      SCOPED_TRACE(::testing::PrintToString(row));
      const v1::Proof proof = Explained(question, row);
      EXPECT_TRUE(proof.complete());
      EXPECT_FALSE(EvidenceUnder(proof, "").empty());
      for (const std::string& evidence : EvidenceUnder(proof, "")) {
        EXPECT_TRUE(SharedServer().Holds("live", {evidence}));
      }
    }
  }
}

}  // namespace
}  // namespace cartograph::founding
