// Commands: the tree of subcommands, and what each of them runs.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/session.h"

namespace CLI {
class App;
}

namespace cartograph::clients {

// What people read about a command in --help.
struct CommandText {
  std::string name;
  std::string description;  // one line
  std::string details;      // below the options: how to use it, with examples
};

class Commands {
 public:
  using Action = std::function<absl::StatusOr<ExitCode>(Session&)>;

  // `root` outlives this.
  explicit Commands(CLI::App* root) : root_(*root) {}

  CLI::App* root() { return &root_; }
  // A command below `parent`: below the root, or in a group.
  CLI::App* Add(CLI::App* parent, const CommandText& text);
  // A command that only gathers others.
  CLI::App* AddGroup(const CommandText& text);

  // `run` is called with `arguments` when `command` was typed.
  template <typename Arguments>
  void OnRun(const CLI::App* command, std::shared_ptr<Arguments> arguments,
             absl::StatusOr<ExitCode> (*run)(const Arguments&, Session&)) {
    actions_.emplace_back(command,
                          [arguments, run](Session& session) { return run(*arguments, session); });
  }
  // What the command that was parsed runs. REQUIRES: the root has parsed a command line.
  const Action& Chosen() const;

 private:
  CLI::App& root_;
  std::vector<std::pair<const CLI::App*, Action>> actions_;
};

// Each adds its commands to the tree.
void AddEntityCommands(Commands* commands);     // get, list, history, delete, undelete
void AddBulkCommands(Commands* commands);       // apply, export
void AddImportCommand(Commands* commands);      // import
void AddFactCommands(Commands* commands);       // ask, facts
void AddQuestionCommands(Commands* commands);   // questions …
void AddProofCommands(Commands* commands);      // check, explain
void AddAbsenceCommands(Commands* commands);    // why-not
void AddDependentCommands(Commands* commands);  // dependents, fragile, violations
void AddChangeCommands(Commands* commands);     // watch, diff, simulate
void AddStrengthCommand(Commands* commands);    // strength
void AddStandingCommands(Commands* commands);   // retract, reinstate
void AddVerifyCommand(Commands* commands);      // verify
void AddRuleCommands(Commands* commands);       // rules …
// activate, list, show, schema: below `group`, which is rules.
void AddPackCommands(Commands* commands, CLI::App* group);
void AddEvalCommand(Commands* commands);        // eval
void AddServerCommands(Commands* commands);     // status, sources …, version
void AddCompletionCommand(Commands* commands);  // completion

}  // namespace cartograph::clients
