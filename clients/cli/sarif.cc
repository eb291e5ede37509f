#include "clients/cli/sarif.h"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/syntax/diagnostic_codes.h"

namespace cartograph::clients {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

std::string Text(absl::string_view text) { return std::string(text); }

const char* LevelOf(rules::Severity severity) {
  return severity == rules::Severity::kError ? "error" : "warning";
}

// The codes among `diagnostics`, each once, in order of the catalogue.
std::vector<const rules::CodeEntry*> CodesOf(const std::vector<rules::Diagnostic>& diagnostics) {
  std::set<std::string> reported;
  for (const rules::Diagnostic& diagnostic : diagnostics) reported.insert(diagnostic.code);
  std::vector<const rules::CodeEntry*> codes;
  for (const rules::CodeEntry& entry : rules::Catalogue()) {
    if (reported.count(Text(entry.id)) > 0) codes.push_back(&entry);
  }
  return codes;
}

Json DescribeCode(const rules::CodeEntry& entry) {
  return {{"id", Text(entry.id)},
          {"shortDescription", {{"text", Text(entry.title)}}},
          {"fullDescription", {{"text", Text(entry.explanation)}}},
          {"help", {{"text", absl::StrCat(entry.explanation, "\n\n", entry.example)}}},
          {"defaultConfiguration", {{"level", LevelOf(rules::SeverityOf(entry.code))}}}};
}

Json Location(rules::SourceSpan span, const std::vector<rules::SourceFile>& sources) {
  const rules::SourceFile& source = sources[span.file];
  const rules::LineColumn begin = rules::PlaceOf(source.text, span.begin);
  const rules::LineColumn end = rules::PlaceOf(source.text, span.end);
  return {{"physicalLocation",
           {{"artifactLocation", {{"uri", source.path}}},
            {"region",
             {{"startLine", begin.line},
              {"startColumn", begin.column},
              {"endLine", end.line},
              {"endColumn", end.column}}}}}};
}

Json RelatedLocation(const rules::Diagnostic::Note& note, size_t id,
                     const std::vector<rules::SourceFile>& sources) {
  Json location = {{"id", id}};
  location.update(Location(note.span, sources));
  location["message"] = {{"text", note.message}};
  return location;
}

Json Result(const rules::Diagnostic& diagnostic, size_t rule_index,
            const std::vector<rules::SourceFile>& sources) {
  const std::string help =
      diagnostic.suggestion.empty() ? "" : absl::StrCat("; ", diagnostic.suggestion);
  Json result = {{"ruleId", diagnostic.code},
                 {"ruleIndex", rule_index},
                 {"level", LevelOf(diagnostic.severity)},
                 {"message", {{"text", absl::StrCat(diagnostic.message, help)}}},
                 {"locations", Json::array({Location(diagnostic.span, sources)})}};
  for (size_t i = 0; i < diagnostic.notes.size(); ++i) {
    result["relatedLocations"].push_back(RelatedLocation(diagnostic.notes[i], i, sources));
  }
  return result;
}

}  // namespace

std::string SarifLog(const std::vector<rules::Diagnostic>& diagnostics,
                     const std::vector<rules::SourceFile>& sources) {
  const std::vector<const rules::CodeEntry*> codes = CodesOf(diagnostics);
  Json rules = Json::array();
  for (const rules::CodeEntry* entry : codes) rules.push_back(DescribeCode(*entry));
  Json results = Json::array();
  for (const rules::Diagnostic& diagnostic : diagnostics) {
    size_t index = 0;
    while (codes[index]->id != diagnostic.code) ++index;
    results.push_back(Result(diagnostic, index, sources));
  }
  Json run = {{"tool", {{"driver", {{"name", "cartograph"}, {"rules", std::move(rules)}}}}},
              {"columnKind", "unicodeCodePoints"},
              {"results", std::move(results)}};
  const Json log = {
      {"$schema", kSchema}, {"version", "2.1.0"}, {"runs", Json::array({std::move(run)})}};
  return log.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cartograph::clients
