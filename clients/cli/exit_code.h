// Exit codes of the command: scripts rely on them (docs/cli.md).

#pragma once

#include "absl/status/status.h"

namespace cartograph::clients {

enum class ExitCode {
  kOk = 0,
  kFalse = 1,        // what was asked does not hold: a fact, a test, rules without errors
  kUsage = 2,        // the command line is wrong
  kNotFound = 3,     // something that was named is not there
  kRefused = 4,      // the state, or a permission, forbids it
  kInvalid = 5,      // the request could never succeed as written
  kUnavailable = 6,  // no server, no time, or a limit reached
  kInternal = 7,     // a bug, or damaged data
};

ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace cartograph::clients
