// status, sources verify, version: the server, and what it holds of documents.

#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>
#include <map>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/version.h"
#include "clients/cli/commands.h"
#include "clients/cli/entity_text.h"
#include "clients/cli/error_report.h"

namespace cartograph::clients {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr size_t kSourceTextBytesMax = 900 << 10;

// One thing: names and values in a table or tsv, the message in the other formats.
absl::Status PrintOne(const google::protobuf::Message& message, const Pairs& pairs,
                      const std::string& name, Session& session) {
  if (session.format() == OutputFormat::kTable) {
    WritePairs(pairs, session.table_style(), session.out());
    return absl::OkStatus();
  }
  Printer printer = session.MakePrinter({{"FIELD"}, {"VALUE"}}, "", /*list=*/false);
  if (session.format() != OutputFormat::kTsv) {
    printer.Add({{}, name, &message, ""});
    return session.Finish(&printer);
  }
  for (const auto& [field, value] : pairs) {
    printer.Add({{field, value}, name, &message, ""});
  }
  return session.Finish(&printer);
}

// status

struct StatusArguments {};

Pairs StatusPairs(const v1::GetStatusResponse& status) {
  Pairs pairs = {
      {"version", status.server_version()},
      {"started", TimeText(status.start_time())},
      {"revision", absl::StrCat(status.header().revision())},
      {"rules", status.header().rule_pack().empty() ? "none active" : status.header().rule_pack()}};
  std::map<std::string, uint64_t> entities(status.entities().begin(), status.entities().end());
  for (const auto& [collection, count] : entities) {
    pairs.emplace_back(collection, absl::StrCat(count));
  }
  pairs.emplace_back("base facts", absl::StrCat(status.base_facts()));
  pairs.emplace_back("derived facts", absl::StrCat(status.derived_facts()));
  pairs.emplace_back("model bytes", absl::StrCat(status.model_bytes()));
  pairs.emplace_back("symbols", absl::StrCat(status.symbols()));
  pairs.emplace_back("store bytes", absl::StrCat(status.store_bytes()));
  return pairs;
}

absl::StatusOr<ExitCode> RunStatus(const StatusArguments&, Session& session) {
  ASSIGN_OR_RETURN(Client * client, session.client());
  ASSIGN_OR_RETURN(auto response, client->Call(&v1::AdminService::Stub::GetStatus, {}));
  RETURN_IF_ERROR(PrintOne(response, StatusPairs(response), response.server_version(), session));
  return ExitCode::kOk;
}

constexpr const char* kStatusHelp = R"(Examples:
  cartograph status
  cartograph status -o json | jq -r .header.revision)";

void AddStatus(Commands* commands) {
  CLI::App* command = commands->Add(
      commands->root(), {"status", "Show what the server holds, and that it is well", kStatusHelp});
  commands->OnRun(command, std::make_shared<StatusArguments>(), &RunStatus);
}

// sources verify

struct VerifyArguments {
  std::vector<std::string> files;
  bool attach = false;
};

absl::StatusOr<std::string> ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file || text.empty()) {
    return absl::NotFoundError(absl::StrCat("cannot read ", path, ", or it is empty"));
  }
  if (text.size() > kSourceTextBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " has ", text.size(), " bytes; the limit is ", kSourceTextBytesMax));
  }
  return text;
}

Item CheckItem(const std::string& file, const v1::LocatorCheck& check) {
  Item item;
  item.cells = {file,
                check.evidence(),
                absl::StrCat(check.char_offset(), "+", check.char_length()),
                check.ok() ? "right" : "wrong",
                check.quote(),
                check.found()};
  item.name = check.evidence();
  item.message = &check;
  return item;
}

// Returns whether every locator is right.
absl::StatusOr<bool> VerifyFile(const std::string& file, bool attach, Printer* printer,
                                Session& session) {
  v1::VerifySourceTextRequest request;
  ASSIGN_OR_RETURN(*request.mutable_text(), ReadText(file));
  request.set_attach(attach);
  ASSIGN_OR_RETURN(Client * client, session.client());
  auto response = client->Call(&v1::AdminService::Stub::VerifySourceText, request);
  if (!response.ok()) {
    return WithAdvice(absl::Status(response.status().code(),
                                   absl::StrCat(file, ": ", response.status().message())),
                      "Sources name their texts by SHA-256 in source.text_sha256.");
  }
  size_t right = 0;
  for (const v1::LocatorCheck& check : response->checks()) {
    printer->Add(CheckItem(file, check));
    right += check.ok() ? 1 : 0;
  }
  session.Note(absl::StrCat(file, " is ", response->source(), ": ", right, " of ",
                            Counted(static_cast<size_t>(response->checks_size()), "locator"),
                            " right", response->attached() ? "; text attached" : ""));
  return right == static_cast<size_t>(response->checks_size());
}

absl::StatusOr<ExitCode> RunVerify(const VerifyArguments& arguments, Session& session) {
  Printer printer = session.MakePrinter({{"FILE"},
                                         {"EVIDENCE"},
                                         {"CHARACTERS"},
                                         {"LOCATOR"},
                                         {"QUOTE", false, /*text=*/true},
                                         {"FOUND", false, /*text=*/true}},
                                        "checks");
  bool all_right = true;
  for (const std::string& file : arguments.files) {
    ASSIGN_OR_RETURN(bool right, VerifyFile(file, arguments.attach, &printer, session));
    all_right = all_right && right;
  }
  RETURN_IF_ERROR(session.Finish(&printer));
  return all_right ? ExitCode::kOk : ExitCode::kFalse;
}

constexpr const char* kVerifyHelp =
    R"(Finds the source that names the text by its SHA-256, and looks up every quote of its
evidence where the locator says. Exit code 1 when a locator is wrong. With --attach the
server keeps the text, and proofs show whole sentences.

Examples:
  cartograph sources verify seeds/*.txt
  cartograph sources verify --attach paper.txt)";

void AddSources(Commands* commands) {
  CLI::App* group = commands->AddGroup({"sources", "Work with the texts of documents", ""});
  CLI::App* command = commands->Add(
      group, {"verify", "Check quotes against the text of their document", kVerifyHelp});
  auto arguments = std::make_shared<VerifyArguments>();
  command->add_option("FILE", arguments->files, "Texts of documents")->required();
  command->add_flag("--attach", arguments->attach, "Keep the texts on the server");
  commands->OnRun(command, arguments, &RunVerify);
}

// version

struct VersionArguments {};

absl::StatusOr<ExitCode> RunVersion(const VersionArguments&, Session& session) {
  session.out() << "cartograph " << base::Version() << '\n';
  return ExitCode::kOk;
}

void AddVersion(Commands* commands) {
  CLI::App* command =
      commands->Add(commands->root(), {"version", "Print the version of this command",
                                       "`cartograph status` prints the version of the server."});
  commands->OnRun(command, std::make_shared<VersionArguments>(), &RunVersion);
}

}  // namespace

void AddServerCommands(Commands* commands) {
  AddStatus(commands);
  AddSources(commands);
  AddVersion(commands);
}

}  // namespace cartograph::clients
