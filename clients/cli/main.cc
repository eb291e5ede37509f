#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>
#include <string>
#include <vector>

#include "clients/cli/run_cli.h"

extern "C" char** environ;

namespace {

using cartograph::clients::Environment;

size_t TerminalWidth() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

Environment ThisProcess() {
  Environment environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    std::string text = *variable;
    size_t equals = text.find('=');
    environment.variables[text.substr(0, equals)] =
        equals == std::string::npos ? "" : text.substr(equals + 1);
  }
  environment.stdout_is_terminal = isatty(STDOUT_FILENO) == 1;
  environment.stderr_is_terminal = isatty(STDERR_FILENO) == 1;
  environment.terminal_width = environment.stdout_is_terminal ? TerminalWidth() : 0;
  return environment;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  std::vector<std::string> arguments(argv + 1, argv + argc);
  cartograph::clients::Streams streams{std::cin, std::cout, std::cerr};
  return cartograph::clients::RunCli(arguments, streams, ThisProcess());
}
