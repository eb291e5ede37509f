#include "clients/cli/coverage_report.h"

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"

namespace cartograph::clients {
namespace {

using Json = nlohmann::ordered_json;

std::string PlaceText(rules::SourceSpan span, const std::vector<rules::SourceFile>& sources) {
  const rules::SourceFile& source = sources[span.file];
  return absl::StrCat(source.path, ":", rules::PlaceOf(source.text, span.begin).line);
}

std::string ResultOf(const rules::RuleCoverage& rule, size_t tests) {
  if (rule.worlds_fired == 0) return "never fired";
  return absl::StrCat("fired in ", rule.worlds_fired, " of ", Counted(tests, "test"));
}

std::string ResultOf(const rules::LiteralCoverage& literal) {
  if (!literal.reached) return "never reached";
  if (!literal.held) return "never held";
  return literal.failed ? "held and failed" : "held, never failed";
}

Json ToJson(const rules::RuleCoverage& rule, size_t tests,
            const std::vector<rules::SourceFile>& sources) {
  const rules::SourceFile& source = sources[rule.span.file];
  Json literals = Json::array();
  for (const rules::LiteralCoverage& literal : rule.literals) {
    const std::string& text = sources[literal.span.file].text;
    literals.push_back({{"line", rules::PlaceOf(text, literal.span.begin).line},
                        {"literal", literal.text},
                        {"reached", literal.reached},
                        {"held", literal.held},
                        {"failed", literal.failed}});
  }
  return {{"path", source.path},
          {"line", rules::PlaceOf(source.text, rule.span.begin).line},
          {"relation", rule.relation},
          {"testsFired", rule.worlds_fired},
          {"tests", tests},
          {"literals", std::move(literals)}};
}

void NoteSummary(const std::vector<rules::RuleCoverage>& coverage, Session& session) {
  size_t fired = 0;
  size_t literals = 0;
  size_t both = 0;
  for (const rules::RuleCoverage& rule : coverage) {
    fired += rule.worlds_fired > 0 ? 1 : 0;
    literals += rule.literals.size();
    for (const rules::LiteralCoverage& literal : rule.literals) {
      both += literal.held && literal.failed ? 1 : 0;
    }
  }
  session.Note(absl::StrCat(fired, " of ", Counted(coverage.size(), "rule"), " fired; ", both,
                            " of ", Counted(literals, "literal"), " held and failed"));
}

}  // namespace

absl::Status PrintCoverage(const std::vector<rules::RuleCoverage>& coverage, size_t tests,
                           const std::vector<rules::SourceFile>& sources, Session& session) {
  if (session.format() == OutputFormat::kTextproto) {
    return absl::InvalidArgumentError("coverage has no form in textproto: ask for json");
  }
  const bool rows =
      session.format() == OutputFormat::kTable || session.format() == OutputFormat::kTsv;
  Printer printer = session.MakePrinter(
      {{"PLACE"}, {"RULE"}, {"LITERAL", /*right=*/false, /*text=*/true}, {"RESULT"}}, "");
  for (const rules::RuleCoverage& rule : coverage) {
    const std::string place = PlaceText(rule.span, sources);
    printer.Add(
        {{place, rule.relation, "", ResultOf(rule, tests)},
         place,
         nullptr,
         ToJson(rule, tests, sources).dump(-1, ' ', false, Json::error_handler_t::replace)});
    if (!rows) continue;
    for (const rules::LiteralCoverage& literal : rule.literals) {
      printer.Add(
          {{PlaceText(literal.span, sources), rule.relation, literal.text, ResultOf(literal)},
           "",
           nullptr,
           ""});
    }
  }
  NoteSummary(coverage, session);
  return session.Finish(&printer);
}

}  // namespace cartograph::clients
