#include "kb/proof_prose.h"

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/kb/document_world.h"
#include "tests/kb/rule_model.h"

namespace cartograph::kb {
namespace {

TEST(SentencesTest, NameVariablesOfTheirRule) {
  const auto right = ProgramOf(
      ".decl a(x: symbol)\n.decl b(x: symbol)\n@[says = \"{x} is a, {not closed.\"]\na(x) :- "
      "b(x).\n");
  EXPECT_TRUE(CheckSentences(*right).ok()) << CheckSentences(*right);
  const auto wrong =
      ProgramOf(".decl a(x: symbol)\n.decl b(x: symbol)\n@[says = \"{y} is a.\"]\na(x) :- b(x).\n");
  EXPECT_EQ(
      CheckSentences(*wrong).message(),
      "the sentence \"{y} is a.\" names {y}, which is no variable of its rule: a(x) :- b(x).");
}

class ProseTest : public ::testing::Test {
 protected:
  // The text, then a line a reference.
  std::string Written(const std::string& text) {
    v1::Proof proof;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proof)) << text;
    const auto prose = WriteProse(world_.kb().Latest(), world_.kb().schema(), &proof);
    EXPECT_TRUE(prose.ok()) << prose.status();
    std::string out = prose->text();
    for (const v1::ProseReference& reference : prose->references()) {
      out += "\n" + std::to_string(reference.number()) + " " + reference.evidence().evidence();
    }
    return out;
  }

  DocumentWorld world_;
};

TEST_F(ProseTest, PutsNamesAndReferencesIn) {
  EXPECT_EQ(Written(R"(
      nodes {
        kind: PROOF_NODE_KIND_DERIVED
        fact { predicate: "r" }
        rule { says: "{e} says: {t} {p} {d}, {n} times." }
        bindings { variable: "e" value: "\"evidence/f01\"" }
        bindings { variable: "t" value: "\"targets/cd19\"" }
        bindings { variable: "p" value: "\"applied_to_treat\"" }
        bindings { variable: "d" value: "\"diseases/gone\"" }
        bindings { variable: "n" value: "3" }
        premises: 1 premises: 2 premises: 3 premises: 4
      }
      nodes {
        kind: PROOF_NODE_KIND_BASE fact { predicate: "claim" }
        evidence { evidence: "evidence/f01" }
      }
      nodes {
        kind: PROOF_NODE_KIND_BASE fact { predicate: "link" }
        evidence { evidence: "evidence/f02" }
      }
      nodes {
        kind: PROOF_NODE_KIND_ABSENCE
        fact { predicate: "bad" values { symbol: "targets/cd19" } values { } }
        fixed_columns: true fixed_columns: false
      }
      nodes {
        kind: PROOF_NODE_KIND_CUT fact { predicate: "q" values { number: 4 } } text: "limit"
      })"),
            "f01 [1] says: CD19 applied to treat gone, 3 times. [2] There is no bad(CD19, "
            "anything). q(4) holds; why is not shown here.\n1 evidence/f01\n2 evidence/f02");
}

TEST_F(ProseTest, WritesAFactThatHasNoSentence) {
  EXPECT_EQ(Written(R"(nodes { kind: PROOF_NODE_KIND_BASE
                               fact { predicate: "disease" values { symbol: "diseases/gone" } } })"),
            "disease(gone) holds.");
}

}  // namespace
}  // namespace cartograph::kb
