// rules …: rule text and rule packs.

#include <CLI/CLI.hpp>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/cli/command_arguments.h"
#include "clients/cli/commands.h"
#include "clients/cli/diagnostics.h"
#include "clients/cli/entity_text.h"
#include "clients/cli/error_report.h"
#include "clients/cli/paging.h"
#include "clients/cli/rule_files.h"
#include "rules/syntax/formatter.h"

namespace cartograph::clients {
namespace {

constexpr const char* kNoSchema = "none";
constexpr absl::Duration kSchemaConnectTimeout = absl::Seconds(1);
constexpr uint32_t kPageSize = 1000;

// The declarations that rule text is checked against: of a file, or of the server.
absl::StatusOr<std::string> BaseSchema(const std::string& file, Session& session) {
  if (file == kNoSchema) {
    return "";
  }
  if (!file.empty()) {
    return ReadTextFile(file);
  }
  auto client = session.client(kSchemaConnectTimeout);
  if (client.status().code() == absl::StatusCode::kUnavailable) {
    return WithAdvice(client.status(),
                      "Rules are checked against the base relations of a server. Without one, give "
                      "them with --schema "
                      "FILE (as `cartograph rules schema` prints them), or --schema none.");
  }
  RETURN_IF_ERROR(client.status());
  ASSIGN_OR_RETURN(auto response, (*client)->Call(&v1::RuleService::Stub::GetBaseSchema, {}));
  return response.text();
}

void AddSchemaOption(CLI::App* command, std::string* schema) {
  command
      ->add_option(
          "--schema", *schema,
          "Declarations of the base relations; without it, the server's. none: there are none")
      ->option_text("FILE");
}

// rules check

struct RulesCheckArguments {
  std::vector<std::string> paths;
  std::string schema;
};

absl::StatusOr<ExitCode> RunRulesCheck(const RulesCheckArguments& arguments, Session& session) {
  ASSIGN_OR_RETURN(std::vector<rules::SourceFile> sources, ReadRuleFiles(arguments.paths));
  ASSIGN_OR_RETURN(std::string schema, BaseSchema(arguments.schema, session));
  size_t files = sources.size();
  rules::CompileResult compiled = CompileFiles(std::move(sources), schema);
  RETURN_IF_ERROR(
      PrintDiagnosticsAsResult(ToProto(compiled.diagnostics, compiled.sources), session));
  if (compiled.program == nullptr) {
    return ExitCode::kFalse;
  }
  session.Note(absl::StrCat(Counted(files, "file"), ", ",
                            Counted(compiled.program->rules.size(), "rule"), ": no errors"));
  return ExitCode::kOk;
}

constexpr const char* kRulesCheckHelp =
    R"(All files are compiled together, here: nothing is sent. Diagnostics go to standard error with the line and carets, or as data
to standard output with -o json. Exit code 1 when there are errors.

Examples:
  cartograph rules check data/founding/pack
  cartograph rules check studied.dl --schema base_schema.dl
  cartograph rules check ancestors.dl --schema none)";

void AddRulesCheck(Commands* commands, CLI::App* group) {
  CLI::App* command =
      commands->Add(group, {"check", "Compile rule text and show what is wrong", kRulesCheckHelp});
  auto arguments = std::make_shared<RulesCheckArguments>();
  command->add_option("PATH", arguments->paths, "Files and folders")->required();
  AddSchemaOption(command, &arguments->schema);
  commands->OnRun(command, arguments, &RunRulesCheck);
}

// rules fmt

struct RulesFormatArguments {
  std::vector<std::string> paths;
  bool write = false;
  bool check = false;
};

absl::Status WriteTextFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  return file ? absl::OkStatus() : absl::DataLossError(absl::StrCat("cannot write ", path));
}

// What becomes of one formatted file. Returns false for what --check is there to find.
absl::StatusOr<bool> PutFormatted(const rules::SourceFile& source, const std::string& text,
                                  const RulesFormatArguments& arguments, Session& session) {
  bool changed = text != source.text;
  if (arguments.check) {
    session.out() << (changed ? source.path + "\n" : "");
    return !changed;
  }
  if (!arguments.write) {
    session.out() << text;
    return true;
  }
  if (changed) {
    RETURN_IF_ERROR(WriteTextFile(source.path, text));
    session.Note(absl::StrCat("formatted ", source.path));
  }
  return true;
}

absl::StatusOr<ExitCode> RunRulesFormat(const RulesFormatArguments& arguments, Session& session) {
  ASSIGN_OR_RETURN(std::vector<rules::SourceFile> sources, ReadRuleFiles(arguments.paths));
  ExitCode code = ExitCode::kOk;
  for (const rules::SourceFile& source : sources) {
    rules::FormatResult formatted = rules::Format(source);
    if (!formatted.diagnostics.empty()) {
      PrintDiagnostics(ToProto(formatted.diagnostics, {source}), session);
      code = ExitCode::kFalse;
      continue;
    }
    ASSIGN_OR_RETURN(bool fine, PutFormatted(source, formatted.text, arguments, session));
    code = fine ? code : ExitCode::kFalse;
  }
  return code;
}

constexpr const char* kRulesFormatHelp =
    R"(Prints the files in their one canonical layout, comments kept. A file that does not parse is left alone, its diagnostics
shown, and the exit code is 1.

Examples:
  cartograph rules fmt studied.dl                   print it
  cartograph rules fmt -w data/founding/pack        rewrite the files
  cartograph rules fmt --check data/founding/pack   name those that would change; exit code 1 if any)";

void AddRulesFormat(Commands* commands, CLI::App* group) {
  CLI::App* command =
      commands->Add(group, {"fmt", "Lay out rule text in the canonical way", kRulesFormatHelp});
  auto arguments = std::make_shared<RulesFormatArguments>();
  command->add_option("PATH", arguments->paths, "Files and folders")->required();
  CLI::Option* write = command->add_flag("-w,--write", arguments->write, "Rewrite the files");
  command->add_flag("--check", arguments->check, "Only name the files that would change")
      ->excludes(write);
  commands->OnRun(command, arguments, &RunRulesFormat);
}

// rules list, show, schema

struct RulesListArguments {
  LimitArgument limit;
};

absl::StatusOr<ExitCode> RunRulesList(const RulesListArguments& arguments, Session& session) {
  Limit limit(arguments.limit);
  v1::ListRulePacksRequest request;
  request.set_page_size(limit.page_size(kPageSize));
  ASSIGN_OR_RETURN(Client * client, session.client());
  Printer printer = session.MakePrinter(
      {{"REVISION", /*right=*/true}, {"PACK"}, {"ACTIVE"}, {"ACTIVATED"}, {"ACTOR"}, {"REASON"}},
      "rule_packs");
  auto show = [&](const v1::RulePackInfo& info) {
    printer.Add(
        {{absl::StrCat(info.revision()), absl::StrCat(info.name(), "@", info.version()),
          info.active() ? "yes" : "", TimeText(info.activate_time()), info.actor(), info.reason()},
         absl::StrCat(info.name(), "@", info.version()),
         &info,
         ""});
  };
  RETURN_IF_ERROR(ShowPages(client, &v1::RuleService::Stub::ListRulePacks, request,
                            &v1::ListRulePacksResponse::rule_packs, &limit, show)
                      .status());
  RETURN_IF_ERROR(session.Finish(&printer));
  if (limit.more()) {
    session.NoteMore("activations");
  }
  return ExitCode::kOk;
}

struct RulesShowArguments {
  uint64_t revision = 0;
};

// The files of the pack one after the other, each under its path; in the other formats the pack.
absl::StatusOr<ExitCode> RunRulesShow(const RulesShowArguments& arguments, Session& session) {
  v1::GetRulePackRequest request;
  request.set_revision(arguments.revision);
  ASSIGN_OR_RETURN(Client * client, session.client());
  ASSIGN_OR_RETURN(auto response, client->Call(&v1::RuleService::Stub::GetRulePack, request));
  if (session.format() == OutputFormat::kTable) {
    for (const v1::RuleFile& file : response.pack().files()) {
      session.out() << "// " << file.path() << "\n\n" << file.text() << '\n';
    }
    return ExitCode::kOk;
  }
  Printer printer = session.MakePrinter({{"PACK"}, {"REVISION"}}, "", /*list=*/false);
  std::string name = absl::StrCat(response.pack().name(), "@", response.pack().version());
  printer.Add({{name, absl::StrCat(response.info().revision())}, name, &response.pack(), ""});
  RETURN_IF_ERROR(session.Finish(&printer));
  return ExitCode::kOk;
}

struct RulesSchemaArguments {};

absl::StatusOr<ExitCode> RunRulesSchema(const RulesSchemaArguments&, Session& session) {
  ASSIGN_OR_RETURN(Client * client, session.client());
  ASSIGN_OR_RETURN(auto response, client->Call(&v1::RuleService::Stub::GetBaseSchema, {}));
  session.out() << response.text();
  return ExitCode::kOk;
}

void AddRulesReading(Commands* commands, CLI::App* group) {
  CLI::App* list =
      commands->Add(group, {"list", "List all activations, newest first",
                            "Examples:\n  cartograph rules list\n  cartograph rules list -o json"});
  auto list_arguments = std::make_shared<RulesListArguments>();
  list_arguments->limit.AddTo(list);
  commands->OnRun(list, list_arguments, &RunRulesList);

  CLI::App* show = commands->Add(group, {"show", "Print the text of the active rule pack",
                                         "Examples:\n  cartograph rules show\n  cartograph rules "
                                         "show 12      the pack activated at revision 12"});
  auto show_arguments = std::make_shared<RulesShowArguments>();
  show->add_option("REVISION", show_arguments->revision, "Of an earlier activation");
  commands->OnRun(show, show_arguments, &RunRulesShow);

  CLI::App* schema =
      commands->Add(group, {"schema", "Print the declarations of the base relations",
                            "Examples:\n  cartograph rules schema > base_schema.dl"});
  commands->OnRun(schema, std::make_shared<RulesSchemaArguments>(), &RunRulesSchema);
}

}  // namespace

void AddRuleCommands(Commands* commands) {
  CLI::App* group = commands->AddGroup({"rules", "Work with rule text and rule packs", ""});
  AddRulesCheck(commands, group);
  AddRulesFormat(commands, group);
  AddRulesReading(commands, group);
}

}  // namespace cartograph::clients
