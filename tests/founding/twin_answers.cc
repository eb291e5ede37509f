#include "tests/founding/twin_answers.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "rules/analysis/analyze.h"
#include "tests/support/naive_twin.h"

namespace cartograph::founding {
namespace {

using testing::TwinModel;
using testing::TwinRow;
using testing::TwinValue;

constexpr size_t kDiagnosticsMax = 10;

TwinValue ToTwin(const v1::Value& value) {
  TwinValue twin;
  if (value.has_number()) {
    twin.kind = rules::ValueKind::kNumber;
    twin.integer = value.number();
  } else if (value.has_float_number()) {
    twin.kind = rules::ValueKind::kFloat;
    twin.real = value.float_number();
  } else {
    twin.kind = rules::ValueKind::kSymbol;
    twin.symbol = value.symbol();
  }
  return twin;
}

TwinRow ToTwin(const v1::Fact& fact) {
  TwinRow row;
  for (const v1::Value& value : fact.values()) {
    row.push_back(ToTwin(value));
  }
  return row;
}

// The pack's rules, without its tests.
std::vector<rules::SourceFile> RulesOf(const v1::RulePack& pack) {
  std::vector<rules::SourceFile> files;
  for (const v1::RuleFile& file : pack.files()) {
    if (absl::EndsWith(file.path(), ".dl")) {
      files.push_back({file.path(), file.text()});
    }
  }
  return files;
}

rules::AnalyzedProgram AnalyzedPack(FoundingServer* server) {
  clients::Client& client = server->client();
  const auto schema = client.Call(&v1::RuleService::Stub::GetBaseSchema, {});
  const auto pack = client.Call(&v1::RuleService::Stub::GetRulePack, {});
  EXPECT_TRUE(schema.ok() && pack.ok()) << schema.status() << pack.status();
  rules::CompileOptions options;
  options.base_schema = schema->text();
  rules::DiagnosticList diagnostics(kDiagnosticsMax);
  rules::AnalyzedProgram program = rules::Analyze(RulesOf(pack->pack()), options, &diagnostics);
  EXPECT_FALSE(diagnostics.has_errors());
  return program;
}

Rows AsTexts(const std::set<TwinRow>& relation) {
  Rows rows;
  for (const TwinRow& row : relation) {
    rows.insert(absl::StrSplit(testing::ToText(row), '\t'));
  }
  return rows;
}

}  // namespace

std::map<std::string, Rows> DerivedFacts(FoundingServer* server) {
  std::map<std::string, Rows> facts;
  for (const v1::PredicateInfo& predicate : server->Predicates()) {
    if (!predicate.base()) {
      std::set<TwinRow> relation;
      for (const v1::Fact& fact : server->Facts(predicate.name())) {
        relation.insert(ToTwin(fact));
      }
      facts[predicate.name()] = AsTexts(relation);
    }
  }
  return facts;
}

std::map<std::string, Rows> TwinFacts(FoundingServer* server) {
  TwinModel given;
  std::map<std::string, Rows> facts;
  for (const v1::PredicateInfo& predicate : server->Predicates()) {
    if (!predicate.base()) {
      facts[predicate.name()];
      continue;
    }
    for (const v1::Fact& fact : server->Facts(predicate.name())) {
      given[predicate.name()].insert(ToTwin(fact));
    }
  }
  const TwinModel model = testing::EvaluateNaively(AnalyzedPack(server), std::move(given));
  for (auto& [name, rows] : facts) {
    const auto relation = model.find(name);
    rows = relation == model.end() ? Rows() : AsTexts(relation->second);
  }
  return facts;
}

}  // namespace cartograph::founding
