// rules activate, rollback, list, show, schema: the rule packs of a server.

#include <CLI/CLI.hpp>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/cli/command_arguments.h"
#include "clients/cli/commands.h"
#include "clients/cli/diagnostics.h"
#include "clients/cli/entity_text.h"
#include "clients/cli/pack_files.h"
#include "clients/cli/paging.h"

namespace cartograph::clients {
namespace {

constexpr uint32_t kPageSize = 1000;

// rules activate

void AddForce(bool* force, CLI::App* command) {
  command->add_flag("--force", *force,
                    "Even where stubs generated from earlier versions of the pack would miss a "
                    "question or a column");
}

struct RulesActivateArguments {
  std::string folder;
  std::string reason;
  bool dry_run = false;
  bool force = false;
};

absl::StatusOr<ExitCode> RunRulesActivate(const RulesActivateArguments& arguments,
                                          Session& session) {
  v1::ActivateRulePackRequest request;
  ASSIGN_OR_RETURN(*request.mutable_pack(), ReadPack(arguments.folder));
  request.set_reason(arguments.reason);
  request.set_validate_only(arguments.dry_run);
  request.set_force(arguments.force);
  ASSIGN_OR_RETURN(Client * client, session.client());
  ASSIGN_OR_RETURN(auto response, client->Call(&v1::RuleService::Stub::ActivateRulePack, request));
  PrintDiagnostics(response.diagnostics(), session);
  PrintFailures(response.tests(), session);
  std::string pack = absl::StrCat(request.pack().name(), "@", request.pack().version());
  bool refused = HasErrors(response.diagnostics()) || HasFailures(response.tests());
  if (refused || (!response.activated() && !arguments.dry_run)) {
    session.Note(absl::StrCat(pack, " is not activated: the active rules stay as they are"));
    return ExitCode::kFalse;
  }
  Printer printer = session.MakePrinter({{"PACK"},
                                         {"RESULT"},
                                         {"REVISION", /*right=*/true},
                                         {"TESTS", /*right=*/true},
                                         {"FACTS ADDED", /*right=*/true},
                                         {"FACTS REMOVED", /*right=*/true}},
                                        "", /*list=*/false);
  printer.Add({{pack, arguments.dry_run ? "may be activated (dry run)" : "activated",
                absl::StrCat(response.header().revision()), absl::StrCat(response.tests_size()),
                absl::StrCat(response.facts_added()), absl::StrCat(response.facts_removed())},
               pack,
               &response,
               ""});
  RETURN_IF_ERROR(session.Finish(&printer));
  return ExitCode::kOk;
}

constexpr const char* kRulesActivateHelp =
    R"(FOLDER holds pack.toml and the files that it names. The server compiles the pack, runs
its tests, derives all facts anew, and makes it the active pack as a revision; or says
why not (exit code 1), and nothing has changed.

Examples:
  cartograph rules activate data/founding/pack --dry-run
  cartograph rules activate data/founding/pack --reason 'count sources, not evidence')";

void AddRulesActivate(Commands* commands, CLI::App* group) {
  CLI::App* activate =
      commands->Add(group, {"activate", "Make a rule pack the active one", kRulesActivateHelp});
  auto arguments = std::make_shared<RulesActivateArguments>();
  activate->add_option("FOLDER", arguments->folder, "Folder of the pack")->required();
  activate->add_option("--reason", arguments->reason, "Why; kept in the change log")
      ->option_text("TEXT");
  activate->add_flag("--dry-run", arguments->dry_run,
                     "Let the server check, test and derive everything, and change nothing");
  AddForce(&arguments->force, activate);
  commands->OnRun(activate, arguments, &RunRulesActivate);
}

// rules rollback

struct RulesRollbackArguments {
  uint64_t revision = 0;
  std::string reason;
  bool force = false;
};

absl::StatusOr<ExitCode> RunRulesRollback(const RulesRollbackArguments& arguments,
                                          Session& session) {
  v1::RollbackRulePackRequest request;
  request.set_revision(arguments.revision);
  request.set_reason(arguments.reason);
  request.set_force(arguments.force);
  ASSIGN_OR_RETURN(Client * client, session.client());
  ASSIGN_OR_RETURN(auto response, client->Call(&v1::RuleService::Stub::RollbackRulePack, request));
  PrintDiagnostics(response.diagnostics(), session);
  PrintFailures(response.tests(), session);
  std::string pack = absl::StrCat(response.info().name(), "@", response.info().version());
  if (!response.activated()) {
    session.Note(absl::StrCat(pack, " is not activated: the active rules stay as they are"));
    return ExitCode::kFalse;
  }
  Printer printer = session.MakePrinter({{"PACK"},
                                         {"FROM", /*right=*/true},
                                         {"REVISION", /*right=*/true},
                                         {"FACTS ADDED", /*right=*/true},
                                         {"FACTS REMOVED", /*right=*/true}},
                                        "", /*list=*/false);
  printer.Add(
      {{pack, absl::StrCat(response.info().revision()), absl::StrCat(response.header().revision()),
        absl::StrCat(response.facts_added()), absl::StrCat(response.facts_removed())},
       pack,
       &response,
       ""});
  RETURN_IF_ERROR(session.Finish(&printer));
  return ExitCode::kOk;
}

constexpr const char* kRulesRollbackHelp =
    R"(The rule pack of an earlier activation is tested and activated again, as a new revision.

Examples:
  cartograph rules list
  cartograph rules rollback 2 --reason 'the new rules miss collective claims')";

void AddRulesRollback(Commands* commands, CLI::App* group) {
  CLI::App* rollback =
      commands->Add(group, {"rollback", "Activate an earlier rule pack again", kRulesRollbackHelp});
  auto arguments = std::make_shared<RulesRollbackArguments>();
  rollback->add_option("REVISION", arguments->revision, "Of the activation")->required();
  rollback->add_option("--reason", arguments->reason, "Why; kept in the change log")
      ->option_text("TEXT");
  AddForce(&arguments->force, rollback);
  commands->OnRun(rollback, arguments, &RunRulesRollback);
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
  Printer printer = session.MakePrinter({{"REVISION", /*right=*/true},
                                         {"PACK"},
                                         {"ACTIVE"},
                                         {"ACTIVATED"},
                                         {"ACTOR"},
                                         {"REASON", false, /*text=*/true}},
                                        "rule_packs");
  auto show = [&](const v1::RulePackInfo& info) {
    printer.Add(
        {{absl::StrCat(info.revision()), absl::StrCat(info.name(), "@", info.version()),
          info.active() ? "yes" : "", TimeText(info.activate_time()), info.actor(), info.reason()},
         absl::StrCat(info.name(), "@", info.version()),
         &info,
         ""});
  };
  ASSIGN_OR_RETURN(v1::ResponseHeader header,
                   ShowPages(client, &v1::RuleService::Stub::ListRulePacks, request,
                             &v1::ListRulePacksResponse::rule_packs, &limit, show));
  RETURN_IF_ERROR(session.Finish(&printer));
  session.NoteCount(printer.items(), "activation", header);
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

void AddPackCommands(Commands* commands, CLI::App* group) {
  AddRulesActivate(commands, group);
  AddRulesRollback(commands, group);
  AddRulesReading(commands, group);
}

}  // namespace cartograph::clients
