#include "clients/cli/commands.h"

#include <CLI/CLI.hpp>

#include "base/check.h"

namespace cartograph::clients {

CLI::App* Commands::Add(CLI::App* parent, const CommandText& text) {
  CLI::App* command = parent->add_subcommand(text.name, text.description);
  command->footer(text.details);
  command->fallthrough();  // options of the root may stand after the command
  return command;
}

CLI::App* Commands::AddGroup(const CommandText& text) {
  CLI::App* group = Add(&root_, text);
  group->require_subcommand(1);
  return group;
}

const Commands::Action& Commands::Chosen() const {
  const CLI::App* command = &root_;
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands()[0];
  }
  for (const auto& [candidate, action] : actions_) {
    if (candidate == command) {
      return action;
    }
  }
  CHECK(false);
}

}  // namespace cartograph::clients
