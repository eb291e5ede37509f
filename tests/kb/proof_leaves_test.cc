#include "kb/proof_leaves.h"

#include "absl/strings/str_cat.h"
#include "base/sha256.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/kb/document_world.h"

namespace cartograph::kb {
namespace {

class ProofLeavesTest : public ::testing::Test {
 protected:
  ProofLeavesTest() {
    world_.PutEvidence("drug-free remission", 28, 19);
    world_.Put(R"pb(name: "therapies/car-t"
                    therapy {
                      names { text: "CAR T" kind: NAME_KIND_PREFERRED }
                      modality: THERAPY_MODALITY_CAR_T
                      targets {
                        target: "targets/cd19"
                        action: TARGET_ACTION_BINDS
                        evidence: "evidence/f01"
                      }
                    })pb");
  }

  // What stands behind the only fact of `predicate` whose entity is `entity`.
  BaseFactOrigin OriginOf(const std::string& predicate, const std::string& entity) {
    const Snapshot snapshot = world_.kb().Latest();
    const rules::Model& model = snapshot.model();
    rules::Fact fact{*model.program().Find(predicate), {}};
    model.relation(fact.predicate).ForEach([&](rules::TupleView row) {
      if (model.interning().symbols.Text(row[0]) == entity)
        fact.values.assign(row.begin(), row.end());
      return true;
    });
    ProofLeaves leaves(snapshot, world_.kb().schema(), [this](const std::string& sha256) {
      ++texts_read_;
      return world_.kb().GetText(sha256);
    });
    auto origin = leaves.OriginOf(fact);
    EXPECT_TRUE(origin.ok()) << origin.status();
    EXPECT_TRUE(leaves.OriginOf(fact).ok());
    return *std::move(origin);
  }

  DocumentWorld world_;
  int texts_read_ = 0;
};

std::string LeafText(const v1::EvidenceLeaf& leaf) {
  std::string text;
  google::protobuf::TextFormat::Printer printer;
  printer.SetSingleLineMode(true);
  printer.PrintToString(leaf, &text);
  return text;
}

TEST_F(ProofLeavesTest, EvidenceIsItsOwnLeaf) {
  const BaseFactOrigin origin = OriginOf("claim", "evidence/f01");
  EXPECT_EQ(origin.entity, "evidence/f01");
  ASSERT_EQ(origin.evidence.size(), 1u);
  EXPECT_EQ(
      LeafText(origin.evidence[0]),
      absl::StrCat("evidence: \"evidence/f01\" statement: \"Remission without drugs.\" "
                   "coordination: COORDINATION_SINGLE modality: CLAIM_MODALITY_ASSERTED "
                   "direction: DIRECTION_SUPPORTS review_status: REVIEW_STATUS_ACCEPTED "
                   "quotes { quote { text: \"drug-free remission\" document: \"sources/wang\" "
                   "locator { sha256: \"",
                   base::Sha256Hex(kDocumentText),
                   "\" char_offset: 28 char_length: 19 } } } source: \"sources/wang\" "
                   "source_title: \"CAR T in lupus\" source_standing: STANDING_CURRENT "));
}

TEST_F(ProofLeavesTest, ALinkNamesItsEvidence) {
  const BaseFactOrigin origin = OriginOf("therapy_target", "therapies/car-t");
  EXPECT_EQ(origin.entity, "therapies/car-t");
  ASSERT_EQ(origin.evidence.size(), 1u);
  EXPECT_EQ(origin.evidence[0].evidence(), "evidence/f01");
}

TEST_F(ProofLeavesTest, OtherFactsHaveNoEvidence) {
  EXPECT_TRUE(OriginOf("disease", "diseases/sle").evidence.empty());
  EXPECT_TRUE(OriginOf("standing", "sources/wang").evidence.empty());
}

TEST_F(ProofLeavesTest, ShowsTheSentenceOnceTheTextIsAttached) {
  EXPECT_EQ(OriginOf("direction", "evidence/f01").evidence[0].quotes(0).sentence(), "");
  ASSERT_TRUE(world_.kb().AttachText(base::Sha256Hex(kDocumentText), kDocumentText).ok());
  texts_read_ = 0;
  EXPECT_EQ(OriginOf("direction", "evidence/f01").evidence[0].quotes(0).sentence(),
            "CAR T cells induce drug-free remission in lupus.");
  EXPECT_EQ(texts_read_, 1);
}

TEST_F(ProofLeavesTest, ShowsNoSentenceForAWrongLocator) {
  ASSERT_TRUE(world_.kb().AttachText(base::Sha256Hex(kDocumentText), kDocumentText).ok());
  world_.PutEvidence("drug-free remission", 29, 19);
  EXPECT_EQ(OriginOf("direction", "evidence/f01").evidence[0].quotes(0).sentence(), "");
  world_.PutEvidence("drug-free remission", 29000, 19);
  EXPECT_EQ(OriginOf("direction", "evidence/f01").evidence[0].quotes(0).sentence(), "");
}

}  // namespace
}  // namespace cartograph::kb
