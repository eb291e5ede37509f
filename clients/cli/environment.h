// Environment: what a command sees of the process around it.

#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace cartograph::clients {

struct Environment {
  std::map<std::string, std::string> variables;
  bool stdout_is_terminal = false;
  bool stderr_is_terminal = false;
  size_t terminal_width = 0;  // of stdout; 0 when it is not a terminal

  // The variable's value, or "" when it is not set.
  std::string Get(const std::string& name) const {
    auto found = variables.find(name);
    return found == variables.end() ? "" : found->second;
  }
};

// Whether text may hold more than ASCII: as the first of LC_ALL, LC_CTYPE and LANG that is set
// says; UTF-8 where none is.
bool ShowsUtf8(const Environment& environment);

}  // namespace cartograph::clients
