#include "clients/cli/run_cli.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/command_arguments.h"
#include "clients/cli/commands.h"
#include "clients/cli/display_width.h"
#include "clients/cli/error_report.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/sarif.h"
#include "rules/syntax/nearest.h"

namespace cartograph::clients {
namespace {

constexpr const char* kDescription =
    "cartograph: ask a Cartograph server, write to it, and work with rules";

constexpr const char* kDetails = R"(Examples:
  cartograph ask                                    the questions that can be asked
  cartograph ask studied_in disease=sle             ask one of them
  cartograph explain studied_in cd19 sle            why: down to the quoted phrase
  cartograph get evidence/F61                       one entity, all its fields
  cartograph apply -f new-evidence.textproto        write entities
  cartograph rules check data/founding/pack         check rule text

Environment: CARTOGRAPH_SERVER, CARTOGRAPH_TOKEN, CARTOGRAPH_TOKEN_FILE; NO_COLOR.

Exit codes:
  0  done
  1  what was asked does not hold: a fact is not true, tests fail, rules have errors
  2  the command line is wrong
  3  something that was named is not there
  4  refused: by the state (exists already, is referred to, was changed in between) or for want of permission
  5  the request could never succeed as written
  6  no server, no time, or a limit was reached
  7  a fault of the server, or damaged data

Standard output holds data only; all remarks go to standard error (-q silences those
that are not errors).)";

void AddGlobalOptions(CLI::App* app, GlobalOptions* options) {
  app->add_option("--server", options->server, "Address of the server; 127.0.0.1:7600 by default")
      ->option_text("HOST:PORT");
  CLI::Option* token = app->add_option("--token", options->token, "Bearer token");
  token->option_text("TOKEN");
  app->add_option("--token-file", options->token_file, "File that holds the bearer token")
      ->option_text("FILE")
      ->excludes(token);
  std::vector<std::string> formats = OutputFormatNames();
  formats.emplace_back(kSarif);
  app->add_option("-o,--output", options->output,
                  "table, json, jsonl, tsv, textproto or name; rules check: also sarif")
      ->option_text("FORMAT")
      ->check(CLI::IsMember(formats));
  app->add_option("--timeout", options->timeout, "Longest wait for one answer; 30s by default")
      ->option_text("DURATION")
      ->check(TimeoutValidator());
  app->add_flag("--no-heads", options->no_heads, "table and tsv without the line of heads");
  app->add_flag("--wide", options->wide, "Never cut cells to the width of the terminal");
  app->add_flag("--no-color", options->no_color, "No colours, also on a terminal");
  app->add_flag("-q,--quiet", options->quiet, "No remarks on standard error");
}

void AddCommands(Commands* commands) {
  AddFactCommands(commands);
  AddQuestionCommands(commands);
  AddProofCommands(commands);
  AddAbsenceCommands(commands);
  AddDependentCommands(commands);
  AddChangeCommands(commands);
  AddStrengthCommand(commands);
  AddStandingCommands(commands);
  AddEntityCommands(commands);
  AddBulkCommands(commands);
  AddImportCommand(commands);
  AddVerifyCommand(commands);
  AddRuleCommands(commands);
  AddEvalCommand(commands);
  AddServerCommands(commands);
  AddCompletionCommand(commands);
}

// Help as our commands give it: values stand after options only, and every command says where the
// global options are.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    return option->get_option_text().empty() ? "" : " " + option->get_option_text();
  }
  std::string make_footer(const CLI::App* app) const override {
    std::string footer = CLI::Formatter::make_footer(app);
    if (app->get_parent() == nullptr) {
      return footer;
    }
    return footer + (footer.empty() ? "" : "\n") +
           "Options of every command, such as -o and --server, and the exit codes: cartograph "
           "--help\n";
  }
};

// What is wrong with a command line of which no command was found: "there is no command lst; did
// you mean list?".
std::string NoCommandText(const CLI::App& app) {
  const CLI::App* parent = &app;
  while (!parent->get_subcommands().empty()) {
    parent = parent->get_subcommands()[0];
  }
  std::vector<std::string> words = app.remaining(/*recurse=*/true);
  if (words.empty()) {
    return "a command is missing";
  }
  std::vector<std::string> known;
  for (const CLI::App* command : parent->get_subcommands({})) {
    known.push_back(command->get_name());
  }
  std::string nearest = rules::NearestName(words[0], known);
  return absl::StrCat("there is no command ", words[0],
                      nearest.empty() ? "" : absl::StrCat("; did you mean ", nearest, "?"));
}

// The command that a wrong command line was meant for: where its help is.
std::string TypedCommand(const CLI::App& app) {
  std::string name = "cartograph";
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands()[0];
    name += " " + command->get_name();
  }
  return name;
}

// A command line that does not parse, or that asks for help.
ExitCode ReportParse(const CLI::App& app, const CLI::ParseError& error, const Streams& streams) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    app.exit(error, streams.out, streams.err);
    return ExitCode::kOk;
  }
  bool no_command = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr &&
                    absl::StrContains(error.what(), "subcommand");
  std::string text = no_command ? NoCommandText(app) : error.what();
  streams.err << "cartograph: " << OnOneLine(text) << "\n  `" << TypedCommand(app)
              << " --help` shows how it is used.\n";
  return ExitCode::kUsage;
}

ExitCode RunChosen(const Commands& commands, Session* session) {
  absl::StatusOr<ExitCode> code = commands.Chosen()(*session);
  session->EndProgress();
  session->out().flush();
  if (code.ok() && !session->out()) {
    code = absl::DataLossError("cannot write to standard output");
  }
  if (!code.ok()) {
    ReportError(code.status(), session->err_style(), session->err());
    return ExitCodeOf(code.status());
  }
  return *code;
}

}  // namespace

int RunCli(const std::vector<std::string>& arguments, const Streams& streams,
           const Environment& environment) {
  CLI::App app(kDescription, "cartograph");
  app.require_subcommand(1);
  app.footer(kDetails);
  app.formatter(std::make_shared<HelpFormatter>());
  GlobalOptions options;
  AddGlobalOptions(&app, &options);
  Commands commands(&app);
  AddCommands(&commands);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    return static_cast<int>(ReportParse(app, error, streams));
  }
  if (options.output == kSarif && TypedCommand(app) != "cartograph rules check") {
    streams.err << "cartograph: -o sarif is for diagnostics: only rules check writes it\n";
    return static_cast<int>(ExitCode::kUsage);
  }
  Session session(&options, &streams, &environment);
  return static_cast<int>(RunChosen(commands, &session));
}

}  // namespace cartograph::clients
