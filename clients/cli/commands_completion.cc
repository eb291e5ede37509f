// completion: words for the shell to complete, from the tree of commands.

#include <CLI/CLI.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/commands.h"

namespace cartograph::clients {
namespace {

struct CompletionArguments {
  const CLI::App* root = nullptr;
  std::string shell;
};

struct Completion {
  std::string path;  // "rules check"; "" for the root
  std::vector<std::string> words;
};

void AppendOptions(const CLI::App& command, std::vector<std::string>* words) {
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      words->push_back("--" + name);
    }
  }
}

void Collect(const CLI::App& command, const std::string& path, std::vector<Completion>* all) {
  Completion completion{path, {}};
  for (const CLI::App* child : command.get_subcommands({})) {
    completion.words.push_back(child->get_name());
  }
  AppendOptions(command, &completion.words);
  all->push_back(std::move(completion));
  for (const CLI::App* child : command.get_subcommands({})) {
    Collect(*child, path.empty() ? child->get_name() : path + " " + child->get_name(), all);
  }
}

// One function for bash: it walks the words before the cursor down the tree of commands, then
// offers what can follow.
std::string BashScript(const CLI::App& root) {
  std::vector<Completion> all;
  Collect(root, "", &all);
  std::string steps;
  std::string offers;
  std::vector<std::string> global;
  AppendOptions(root, &global);
  for (const Completion& completion : all) {
    if (!completion.path.empty()) {
      absl::StrAppend(&steps, steps.empty() ? "" : "|", "\"", completion.path, "\"");
    }
    absl::StrAppend(&offers, "    \"", completion.path, "\") offer=\"",
                    absl::StrJoin(completion.words, " "), "\" ;;\n");
  }
  return absl::StrCat("_cartograph() {\n  local path=\"\" next word offer=\"\"\n",
                      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n",
                      "    next=\"${path:+$path }$word\"\n    case \"$next\" in\n      ", steps,
                      ") path=\"$next\" ;;\n    esac\n  done\n  case \"$path\" in\n", offers,
                      "  esac\n  COMPREPLY=($(compgen -W \"$offer ", absl::StrJoin(global, " "),
                      "\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\n",
                      "complete -o default -F _cartograph cartograph\n");
}

absl::StatusOr<ExitCode> RunCompletion(const CompletionArguments& arguments, Session& session) {
  if (arguments.shell == "zsh") {
    session.out() << "autoload -U +X bashcompinit && bashcompinit\n";
  }
  session.out() << BashScript(*arguments.root);
  return ExitCode::kOk;
}

constexpr const char* kCompletionHelp = R"(Examples:
  source <(cartograph completion bash)
  cartograph completion zsh > ~/.cartograph.zsh     and source that from ~/.zshrc)";

}  // namespace

void AddCompletionCommand(Commands* commands) {
  CLI::App* command = commands->Add(
      commands->root(), {"completion", "Print a completion script for a shell", kCompletionHelp});
  auto arguments = std::make_shared<CompletionArguments>();
  arguments->root = commands->root();
  command->add_option("SHELL", arguments->shell, "bash or zsh")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh"}));
  commands->OnRun(command, arguments, &RunCompletion);
}

}  // namespace cartograph::clients
