// ProofVaSpec: a proof as a Statement of GA4GH VA-Spec 1.0 with its evidence lines.

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/proof_formats.h"
#include "clients/cli/value_text.h"

namespace cartograph::clients {
namespace {

using Json = nlohmann::ordered_json;

template <typename Enum>
std::string Word(Enum value) {
  return EnumWord(*google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value));
}

// VA-Spec knows no other directions.
std::string DirectionOf(v1::Direction direction) {
  return direction == v1::DIRECTION_UNSPECIFIED ? "neutral" : Word(direction);
}

Json Extension(const std::string& name, Json value) {
  return {{"name", name}, {"value", std::move(value)}};
}

// The first value is the subject, the last the object, those between qualify.
Json PropositionOf(const v1::Fact& fact) {
  Json proposition = {{"type", "Proposition"}, {"predicate", fact.predicate()}};
  const int size = fact.values_size();
  if (size > 0) proposition["subject"] = {{"name", ValueText(fact.values(0))}};
  if (size > 1) proposition["object"] = {{"name", ValueText(fact.values(size - 1))}};
  for (int i = 1; i + 1 < size; ++i) {
    proposition["qualifiers"].push_back(
        {{"name", absl::StrCat("value ", i)}, {"value", {{"name", ValueText(fact.values(i))}}}});
  }
  return proposition;
}

// What a claim says: a fact of an evidence entity is the entity, subject, predicate and object.
Json ClaimOf(const v1::Fact& fact) {
  if (fact.values_size() != 4) return PropositionOf(fact);
  return {{"type", "Proposition"},
          {"predicate", ValueText(fact.values(2))},
          {"subject", {{"name", ValueText(fact.values(1))}}},
          {"object", {{"name", ValueText(fact.values(3))}}}};
}

Json DocumentOf(const v1::EvidenceLeaf& leaf) {
  Json document = {{"id", leaf.source()}, {"type", "Document"}};
  if (!leaf.source_title().empty()) document["title"] = leaf.source_title();
  document["extensions"].push_back(Extension("standing", Word(leaf.source_standing())));
  return document;
}

Json ExtensionsOf(const v1::EvidenceLeaf& leaf) {
  Json extensions = Json::array();
  extensions.push_back(Extension("modality", Word(leaf.modality())));
  extensions.push_back(Extension("coordination", Word(leaf.coordination())));
  extensions.push_back(Extension("review", Word(leaf.review_status())));
  if (!leaf.via().empty()) extensions.push_back(Extension("via", leaf.via()));
  for (const v1::QuoteLeaf& quote : leaf.quotes()) {
    Json value = {{"text", quote.quote().text()}};
    if (quote.quote().has_locator()) {
      value["sha256"] = quote.quote().locator().sha256();
      value["offset"] = quote.quote().locator().char_offset();
      value["length"] = quote.quote().locator().char_length();
    }
    extensions.push_back(Extension("quote", std::move(value)));
  }
  return extensions;
}

// The claim behind a base fact: itself a statement, reported in its document.
Json EvidenceItem(const v1::Fact& fact, const v1::EvidenceLeaf& leaf) {
  return {{"id", leaf.evidence()},           {"type", "Statement"},
          {"description", leaf.statement()}, {"reportedIn", Json::array({DocumentOf(leaf)})},
          {"proposition", ClaimOf(fact)},    {"direction", DirectionOf(leaf.direction())},
          {"extensions", ExtensionsOf(leaf)}};
}

// By evidence: its score.
using Scores = std::map<std::string, double>;

Scores ScoresOf(const v1::Strength& strength) {
  Scores scores;
  for (const v1::StrengthLine& line : strength.lines()) {
    if (line.has_score()) scores.emplace(line.evidence(), line.score());
  }
  return scores;
}

// All that the figures are made of: whoever reads it can take them again.
Json FiguresOf(const v1::Strength& strength) {
  Json figures = {{"fact", FactText(strength.fact())},
                  {"strongest", strength.strongest()},
                  {"harmonicSum", strength.harmonic_sum()},
                  {"harmonicScore", strength.harmonic_score()},
                  {"independentSources",
                   {{"atLeast", strength.independent_sources_min()},
                    {"atMost", strength.independent_sources_max()}}},
                  {"lines", Json::array()},
                  {"dependences", Json::array()}};
  for (const v1::StrengthLine& line : strength.lines()) {
    Json input = {{"evidence", line.evidence()},
                  {"source", line.source()},
                  {"predicate", line.predicate()},
                  {"modality", line.modality()}};
    if (line.has_score()) input["score"] = line.score();
    figures["lines"].push_back(std::move(input));
  }
  for (const v1::SourceDependence& dependence : strength.dependences()) {
    Json reason = {{"first", dependence.first()},
                   {"second", dependence.second()},
                   {"kind", Word(dependence.kind())}};
    if (!dependence.shared().empty()) reason["shared"] = dependence.shared();
    figures["dependences"].push_back(std::move(reason));
  }
  return figures;
}

// What disputes the fact is a line of its own: nothing of it is taken from the support.
Json DisputeLineOf(const v1::Strength& dispute) {
  Json line = {{"type", "EvidenceLine"},
               {"directionOfEvidenceProvided", "disputes"},
               {"scoreOfEvidenceProvided", dispute.harmonic_score()},
               {"hasEvidenceItems", Json::array()}};
  for (const v1::StrengthLine& of : dispute.lines()) {
    line["hasEvidenceItems"].push_back(of.evidence());
  }
  return line;
}

void AddStrength(const v1::MeasureStrengthResponse& strength, Json* statement) {
  (*statement)["score"] = strength.support().harmonic_score();
  Json figures = {{"support", FiguresOf(strength.support())}};
  if (strength.has_dispute()) {
    figures["dispute"] = FiguresOf(strength.dispute());
  }
  if (!strength.dispute().lines().empty()) {
    (*statement)["hasEvidenceLines"].push_back(DisputeLineOf(strength.dispute()));
  }
  (*statement)["extensions"].push_back(Extension("strength", std::move(figures)));
}

// One line a proof: what it rests on is weighed together. Its score is that of its best evidence.
Json EvidenceLineOf(const v1::Proof& proof, const Scores& scores) {
  Json line = {{"id", proof.nodes(0).id()}, {"type", "EvidenceLine"}};
  line["directionOfEvidenceProvided"] = "supports";
  // Several facts may rest on one piece of evidence: that with most values says most of its claim.
  std::map<std::string, std::pair<const v1::Fact*, const v1::EvidenceLeaf*>> items;
  for (const v1::ProofNode& node : proof.nodes()) {
    for (const v1::EvidenceLeaf& leaf : node.evidence()) {
      auto& item = items[leaf.evidence()];
      if (item.first == nullptr || item.first->values_size() < node.fact().values_size()) {
        item = {&node.fact(), &leaf};
      }
    }
  }
  std::optional<double> best;
  for (const auto& [name, item] : items) {
    const auto score = scores.find(name);
    if (score != scores.end()) best = std::max(best.value_or(0), score->second);
  }
  if (best.has_value()) line["scoreOfEvidenceProvided"] = *best;
  line["hasEvidenceItems"] = Json::array();
  for (const auto& [name, item] : items) {
    line["hasEvidenceItems"].push_back(EvidenceItem(*item.first, *item.second));
  }
  if (!proof.complete()) line["extensions"].push_back(Extension("complete", false));
  return line;
}

Json MethodOf(const v1::RuleReference& rule, const std::string& pack) {
  Json method = {{"id", rule.id()}, {"type", "Method"}};
  method["name"] = absl::StrCat(pack, " ", rule.file(), ":", rule.line());
  method["description"] = rule.text();
  return method;
}

}  // namespace

std::string ProofVaSpec(const v1::ExplainFactResponse& response,
                        const v1::MeasureStrengthResponse* strength) {
  if (response.proof().nodes().empty()) return "";
  const v1::ProofNode& root = response.proof().nodes(0);
  Json statement = {{"id", absl::StrCat(FactText(root.fact()), "@", response.header().revision())},
                    {"type", "Statement"}};
  if (!response.prose().text().empty()) statement["description"] = response.prose().text();
  if (root.has_rule()) {
    statement["specifiedBy"] = MethodOf(root.rule(), response.header().rule_pack());
  }
  statement["proposition"] = PropositionOf(root.fact());
  statement["direction"] = "supports";
  const Scores scores = strength == nullptr ? Scores() : ScoresOf(strength->support());
  statement["hasEvidenceLines"].push_back(EvidenceLineOf(response.proof(), scores));
  for (const v1::Proof& proof : response.alternatives()) {
    statement["hasEvidenceLines"].push_back(EvidenceLineOf(proof, scores));
  }
  // What a rule derived was concluded, not observed.
  statement["extensions"].push_back(
      Extension("eco", root.has_rule() ? "ECO:0000364" : "ECO:0000305"));
  if (strength != nullptr) AddStrength(*strength, &statement);
  return statement.dump(2) + "\n";
}

}  // namespace cartograph::clients
