#include <google/protobuf/text_format.h>

#include <nlohmann/json.hpp>

#include "clients/cli/proof_formats.h"
#include "gtest/gtest.h"

namespace cartograph::clients {
namespace {

using Json = nlohmann::json;

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// studied_in(targets/a, diseases/b) by a rule, from two claims.
v1::ExplainFactResponse Explained() {
  return Parse<v1::ExplainFactResponse>(R"(
      header { revision: 7 rule_pack: "p@1.0.0" }
      proof {
        complete: true
        nodes {
          id: "0" kind: PROOF_NODE_KIND_DERIVED rule { id: "r" file: "a.dl" line: 2 text: "…" }
          fact { predicate: "studied_in" values { symbol: "targets/a" } values { symbol: "diseases/b" } }
          premises: 1 premises: 2
        }
        nodes { id: "1" kind: PROOF_NODE_KIND_BASE fact { predicate: "claim" }
          evidence { evidence: "evidence/weak" source: "sources/s" } }
        nodes { id: "2" kind: PROOF_NODE_KIND_BASE fact { predicate: "claim" }
          evidence { evidence: "evidence/strong" source: "sources/t" } }
      })");
}

v1::MeasureStrengthResponse Measured() {
  return Parse<v1::MeasureStrengthResponse>(R"(
      support {
        fact { predicate: "studied_in" values { symbol: "targets/a" } values { symbol: "diseases/b" } }
        lines { evidence: "evidence/strong" source: "sources/t" predicate: "p" modality: "asserted" score: 0.75 }
        lines { evidence: "evidence/weak" source: "sources/s" predicate: "p" modality: "hedged" score: 0.25 }
        lines { evidence: "evidence/other" source: "sources/s" predicate: "q" modality: "asserted" }
        strongest: 0.75 harmonic_sum: 0.8125 harmonic_score: 0.5
        independent_sources_min: 1 independent_sources_max: 2
        dependences { first: "sources/s" second: "sources/t" kind: SOURCE_DEPENDENCE_KIND_UNKNOWN }
      }
      dispute {
        fact { predicate: "disputed_in" values { symbol: "targets/a" } values { symbol: "diseases/b" } }
        lines { evidence: "evidence/against" source: "sources/u" predicate: "p" modality: "asserted" score: 0.5 }
        strongest: 0.5 harmonic_sum: 0.5 harmonic_score: 0.25
        independent_sources_min: 1 independent_sources_max: 1
      })");
}

Json ExtensionOf(const Json& statement, const std::string& name) {
  for (const Json& extension : statement["extensions"]) {
    if (extension["name"] == name) return extension["value"];
  }
  return nullptr;
}

TEST(ProofVaSpec, SupportIsTheScoreOfTheStatement) {
  const v1::MeasureStrengthResponse strength = Measured();
  const Json statement = Json::parse(ProofVaSpec(Explained(), &strength));
  EXPECT_EQ(statement["score"], 0.5);
  const Json& line = statement["hasEvidenceLines"][0];
  EXPECT_EQ(line["directionOfEvidenceProvided"], "supports");
  EXPECT_EQ(line["scoreOfEvidenceProvided"], 0.75);
  EXPECT_EQ(line["hasEvidenceItems"].size(), 2u);
}

TEST(ProofVaSpec, DisputeIsALineOfItsOwn) {
  const v1::MeasureStrengthResponse strength = Measured();
  const Json statement = Json::parse(ProofVaSpec(Explained(), &strength));
  ASSERT_EQ(statement["hasEvidenceLines"].size(), 2u);
  const Json& line = statement["hasEvidenceLines"][1];
  EXPECT_EQ(line["directionOfEvidenceProvided"], "disputes");
  EXPECT_EQ(line["scoreOfEvidenceProvided"], 0.25);
  EXPECT_EQ(line["hasEvidenceItems"], Json::array({"evidence/against"}));
}

TEST(ProofVaSpec, FiguresComeWithAllTheyAreMadeOf) {
  const v1::MeasureStrengthResponse strength = Measured();
  const Json figures = ExtensionOf(Json::parse(ProofVaSpec(Explained(), &strength)), "strength");
  const Json support = Json::parse(R"json({
    "fact": "studied_in(\"targets/a\",\"diseases/b\")",
    "strongest": 0.75, "harmonicSum": 0.8125, "harmonicScore": 0.5,
    "independentSources": {"atLeast": 1, "atMost": 2},
    "lines": [
      {"evidence": "evidence/strong", "source": "sources/t", "predicate": "p", "modality": "asserted", "score": 0.75},
      {"evidence": "evidence/weak", "source": "sources/s", "predicate": "p", "modality": "hedged", "score": 0.25},
      {"evidence": "evidence/other", "source": "sources/s", "predicate": "q", "modality": "asserted"}],
    "dependences": [{"first": "sources/s", "second": "sources/t", "kind": "unknown"}]})json");
  EXPECT_EQ(figures["support"], support);
  EXPECT_EQ(figures["dispute"]["strongest"], 0.5);
  EXPECT_EQ(figures["dispute"]["lines"].size(), 1u);
}

TEST(ProofVaSpec, WithoutAMeasureThereAreNoFigures) {
  const Json statement = Json::parse(ProofVaSpec(Explained(), nullptr));
  EXPECT_FALSE(statement.contains("score"));
  EXPECT_FALSE(statement["hasEvidenceLines"][0].contains("scoreOfEvidenceProvided"));
  EXPECT_EQ(ExtensionOf(statement, "strength"), nullptr);
}

}  // namespace
}  // namespace cartograph::clients
