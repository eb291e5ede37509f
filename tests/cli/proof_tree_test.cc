#include "clients/cli/proof_tree.h"

#include <google/protobuf/text_format.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"

namespace cartograph::clients {
namespace {

v1::Proof Parse(const std::string& text) {
  v1::Proof proof;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proof)) << text;
  return proof;
}

std::string Drawn(const std::string& text, const ProofTreeStyle& style = {}) {
  return "\n" + ProofTree(Parse(text), style);
}

constexpr const char* kEvidence = R"(
  evidence {
    evidence: "evidence/f66" statement: "Both were applied in multiple sclerosis."
    coordination: COORDINATION_COLLECTIVE modality: CLAIM_MODALITY_ASSERTED
    direction: DIRECTION_SUPPORTS review_status: REVIEW_STATUS_ACCEPTED
    quotes {
      quote {
        text: "multiple sclerosis" section: "abstract" document: "sources/schett-2024"
        locator { char_offset: 1043 char_length: 18 }
      }
    }
    source: "sources/schett-2024" source_title: "Advancements" source_standing: STANDING_CURRENT
  })";

TEST(ProofTree, GoesDownToTheQuotes) {
  EXPECT_EQ(Drawn(absl::StrCat(R"(
      nodes {
        kind: PROOF_NODE_KIND_DERIVED
        fact { predicate: "studied_in" values { symbol: "targets/cd19" } values { number: 2 } }
        rule { file: "rules/studied.dl" line: 14 }
        premises: 1 premises: 2 premises: 3
      }
      nodes {
        kind: PROOF_NODE_KIND_BASE entity: "evidence/f66"
        fact { predicate: "claim" values { symbol: "evidence/f66" } })",
                               kEvidence, R"(
      }
      nodes { kind: PROOF_NODE_KIND_CONSTRAINT text: "2 > 1" }
      nodes {
        kind: PROOF_NODE_KIND_ABSENCE
        fact { predicate: "retracted" values { symbol: "sources/schett-2024" } values { } }
        fixed_columns: true fixed_columns: false
      }
      complete: true)")),
            R"(
studied_in("targets/cd19",2)  by rules/studied.dl:14
├─ claim("evidence/f66")  of evidence/f66
│  └─ evidence/f66 (collective): Both were applied in multiple sclerosis.
│     “multiple sclerosis”
│     — Advancements (sources/schett-2024), abstract, characters 1043–1061
├─ 2 > 1
└─ no fact retracted("sources/schett-2024",_)
)");
}

TEST(ProofTree, DrawsInAsciiWhereUtf8IsNotShown) {
  ProofTreeStyle style;
  style.ascii = true;
  EXPECT_EQ(Drawn(absl::StrCat(R"(
      nodes {
        kind: PROOF_NODE_KIND_DERIVED fact { predicate: "p" } rule { file: "r.dl" line: 1 }
        premises: 1 premises: 2
      }
      nodes { kind: PROOF_NODE_KIND_BASE entity: "evidence/f66" fact { predicate: "a" })",
                               kEvidence, R"(}
      nodes { kind: PROOF_NODE_KIND_CUT fact { predicate: "b" } text: "enough" })"),
                  style),
            R"(
p()  by r.dl:1
|- a()  of evidence/f66
|  `- evidence/f66 (collective): Both were applied in multiple sclerosis.
|     "multiple sclerosis"
|     -- Advancements (sources/schett-2024), abstract, characters 1043-1061
`- b()  not explained further: enough
)");
}

// A diamond: both premises of the root rest on node 3.
TEST(ProofTree, PrintsSharedProofsAndEvidenceOnce) {
  EXPECT_EQ(Drawn(absl::StrCat(R"(
      nodes { kind: PROOF_NODE_KIND_DERIVED fact { predicate: "top" } rule { file: "r.dl" line: 1 } premises: 1 premises: 2 }
      nodes { kind: PROOF_NODE_KIND_DERIVED fact { predicate: "left" } rule { file: "r.dl" line: 2 } premises: 3 premises: 6 }
      nodes { kind: PROOF_NODE_KIND_DERIVED fact { predicate: "right" } rule { file: "r.dl" line: 3 }
              premises: 3 premises: 4 premises: 5 premises: 6 }
      nodes { kind: PROOF_NODE_KIND_DERIVED fact { predicate: "shared" } rule { file: "r.dl" line: 4 } premises: 4 }
      nodes { kind: PROOF_NODE_KIND_BASE fact { predicate: "claim" } entity: "evidence/f66" )",
                               kEvidence, R"( }
      nodes { kind: PROOF_NODE_KIND_BASE fact { predicate: "link" } entity: "therapies/x" )",
                               kEvidence, R"( }
      nodes { kind: PROOF_NODE_KIND_BASE fact { predicate: "leaf" } entity: "diseases/ms" })")),
            R"(
top()  by r.dl:1
├─ left()  by r.dl:2
│  ├─ [1] shared()  by r.dl:4
│  │  └─ claim()  of evidence/f66
│  │     └─ evidence/f66 (collective): Both were applied in multiple sclerosis.
│  │        “multiple sclerosis”
│  │        — Advancements (sources/schett-2024), abstract, characters 1043–1061
│  └─ leaf()  of diseases/ms
└─ right()  by r.dl:3
   ├─ shared()  see [1]
   ├─ claim()  of evidence/f66
   ├─ link()  of therapies/x
   │  └─ evidence/f66  see above
   └─ leaf()  of diseases/ms
)");
}

TEST(ProofTree, SaysWhatIsNotOrdinary) {
  EXPECT_EQ(Drawn(R"(nodes {
      kind: PROOF_NODE_KIND_BASE fact { predicate: "claim" }
      evidence {
        evidence: "evidence/a" statement: "It may help." coordination: COORDINATION_SINGLE
        modality: CLAIM_MODALITY_HEDGED direction: DIRECTION_DISPUTES review_status: REVIEW_STATUS_DRAFT
        source: "sources/porter-2011" source_standing: STANDING_RETRACTED via: "sources/schett-2024"
      }
    })"),
            R"(
claim()
└─ evidence/a (hedged, disputes, draft): It may help.
   — sources/porter-2011, retracted, as cited by sources/schett-2024
)");
}

TEST(ProofTree, ShowsTheSentenceWhereTheTextIsAttached) {
  std::string text =
      absl::StrCat("nodes { kind: PROOF_NODE_KIND_BASE fact { predicate: \"c\" }", kEvidence, "}");
  v1::Proof proof = Parse(text);
  proof.mutable_nodes(0)->mutable_evidence(0)->mutable_quotes(0)->set_sentence(
      "Including multiple sclerosis.");
  EXPECT_EQ("\n" + ProofTree(proof, {}), R"(
c()
└─ evidence/f66 (collective): Both were applied in multiple sclerosis.
   “multiple sclerosis”
   in: “Including multiple sclerosis.”
   — Advancements (sources/schett-2024), abstract, characters 1043–1061
)");
}

TEST(ProofTree, WrapsLongLinesInsideTheFrame) {
  ProofTreeStyle style;
  style.width_max = 48;
  EXPECT_EQ(Drawn(absl::StrCat(R"(
      nodes { kind: PROOF_NODE_KIND_DERIVED fact { predicate: "p" } rule { file: "r.dl" line: 1 } premises: 1 premises: 2 }
      nodes { kind: PROOF_NODE_KIND_BASE fact { predicate: "a" } entity: "evidence/f66" )",
                               kEvidence, R"( }
      nodes { kind: PROOF_NODE_KIND_CONSTRAINT text: "1 < 2" })"),
                  style),
            R"(
p()  by r.dl:1
├─ a()  of evidence/f66
│  └─ evidence/f66 (collective): Both were
│     applied in multiple sclerosis.
│     “multiple sclerosis”
│     — Advancements (sources/schett-2024),
│     abstract, characters 1043–1061
└─ 1 < 2
)");
}

TEST(ProofTree, SetsRulesAndQuotesOffOnATerminal) {
  ProofTreeStyle style;
  style.terminal.color = true;
  EXPECT_EQ(Drawn("nodes { kind: PROOF_NODE_KIND_DERIVED fact { predicate: 'p' } rule { file: "
                  "'r.dl' line: 1 } }",
                  style),
            "\np()  \x1b[2mby r.dl:1\x1b[0m\n");
}

TEST(ProofTree, SurvivesDamagedProofs) {
  EXPECT_EQ(Drawn(""), "\n");
  EXPECT_EQ(Drawn("nodes { kind: PROOF_NODE_KIND_DERIVED fact { predicate: 'p' } premises: 0 "
                  "premises: 7 }"),
            R"(
p()  by :0
├─ (damaged proof)
├─ (damaged proof)
)");
}

// A long chain of rules.
TEST(ProofTree, DrawsDeepProofs) {
  constexpr uint32_t kLength = 2000;
  v1::Proof proof;
  for (uint32_t i = 0; i < kLength; ++i) {
    v1::ProofNode* node = proof.add_nodes();
    node->set_kind(v1::PROOF_NODE_KIND_DERIVED);
    node->mutable_fact()->set_predicate("p");
    if (i + 1 < kLength) {
      node->add_premises(i + 1);
    }
  }
  std::string drawn = ProofTree(proof, {});
  EXPECT_EQ(static_cast<uint32_t>(std::count(drawn.begin(), drawn.end(), '\n')), kLength);
}

}  // namespace
}  // namespace cartograph::clients
