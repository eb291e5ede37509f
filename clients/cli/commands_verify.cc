// verify: an export of proofs, checked without a server and without the rules engine.

#include <CLI/CLI.hpp>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/cli/commands.h"
#include "clients/verify/verify.h"
#include "nlohmann/json.hpp"

namespace cartograph::clients {
namespace {

using Json = nlohmann::ordered_json;

struct VerifyArguments {
  std::string file;
};

std::string JsonText(const Json& json) {
  return json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

std::string JsonOf(const verify::Report& report) {
  Json json = {{"verified", report.ok()},
               {"revision", report.revision},
               {"rule_pack", report.rule_pack},
               {"rules_sha256", report.rules_sha256},
               {"rules", report.rules},
               {"base_facts", report.base_facts},
               {"derived_facts", report.derived_facts},
               {"problems_total", report.problems_total},
               {"problems", Json::array()}};
  for (const verify::Problem& problem : report.problems) {
    json["problems"].push_back(
        {{"line", problem.line}, {"fact", problem.fact}, {"problem", problem.text}});
  }
  return JsonText(json);
}

absl::Status PrintProblems(const verify::Report& report, Session& session) {
  Printer printer = session.MakePrinter({{"LINE", /*right=*/true}, {"FACT"}, {"PROBLEM"}}, "");
  for (const verify::Problem& problem : report.problems) {
    Item item;
    item.cells = {problem.line == 0 ? "" : absl::StrCat(problem.line), problem.fact, problem.text};
    item.name = item.cells[0];
    item.json =
        JsonText({{"line", problem.line}, {"fact", problem.fact}, {"problem", problem.text}});
    printer.Add(item);
  }
  return session.Finish(&printer);
}

absl::Status PrintSummary(const verify::Report& report, Session& session) {
  Printer printer = session.MakePrinter({{"RESULT"},
                                         {"BASE", /*right=*/true},
                                         {"DERIVED", /*right=*/true},
                                         {"RULES", /*right=*/true},
                                         {"PROBLEMS", /*right=*/true}},
                                        "", /*list=*/false);
  Item item;
  item.cells = {report.ok() ? "verified" : "refused", absl::StrCat(report.base_facts),
                absl::StrCat(report.derived_facts), absl::StrCat(report.rules),
                absl::StrCat(report.problems_total)};
  item.name = item.cells[0];
  item.json = JsonOf(report);
  printer.Add(item);
  return session.Finish(&printer);
}

absl::Status Print(const verify::Report& report, Session& session) {
  const bool json =
      session.format() == OutputFormat::kJson || session.format() == OutputFormat::kJsonl;
  if (json || report.ok()) {
    RETURN_IF_ERROR(PrintSummary(report, session));
  }
  if (!json && !report.ok()) {
    RETURN_IF_ERROR(PrintProblems(report, session));
  }
  if (!report.rules_sha256.empty()) {
    session.Note(absl::StrCat(report.rule_pack.empty() ? "no rule pack" : report.rule_pack,
                              " at revision ", report.revision, ", rules_sha256 ",
                              report.rules_sha256));
  }
  if (report.problems_total > report.problems.size()) {
    session.Note(absl::StrCat(report.problems_total, " problems; the first ",
                              report.problems.size(), " are shown"));
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> RunVerify(const VerifyArguments& arguments, Session& session) {
  std::ifstream file;
  if (arguments.file != "-") {
    file.open(arguments.file, std::ios::binary);
    if (!file) {
      return absl::NotFoundError(absl::StrCat("cannot read ", arguments.file));
    }
  }
  const verify::Report report = verify::Verify(arguments.file == "-" ? &session.in() : &file);
  RETURN_IF_ERROR(Print(report, session));
  return report.ok() ? ExitCode::kOk : ExitCode::kFalse;
}

constexpr const char* kVerifyHelp =
    R"(FILE is what `cartograph export --proofs` writes; - is standard input. Needs no server, and
shares no code with the rules engine: the checker reads the rules in the file by itself,
and checks that every proof step is an instance of its rule, from base facts and facts
proved before; that what a rule wants absent is absent; that comparisons, functors and
aggregates come out as they are stated; and that no fact is left out that the rules give.
The base facts and the rules themselves are taken as they are: rules_sha256 says which.
What it cannot check it refuses, with the name of the construct.

Exit code 1 when anything fails; each failure is shown with its line and its fact.

Examples:
  cartograph export --proofs --out proofs.jsonl
  cartograph verify proofs.jsonl
  cartograph export --proofs --at 42 | cartograph verify - -o json)";

}  // namespace

void AddVerifyCommand(Commands* commands) {
  CLI::App* command = commands->Add(
      commands->root(), {"verify", "Check exported proofs, independently", kVerifyHelp});
  auto arguments = std::make_shared<VerifyArguments>();
  command->add_option("FILE", arguments->file, "Exported proofs, or - for standard input")
      ->required();
  commands->OnRun(command, arguments, &RunVerify);
}

}  // namespace cartograph::clients
