// The command `cartograph`, without the process around it.

#pragma once

#include <string>
#include <vector>

#include "clients/cli/environment.h"
#include "clients/cli/session.h"

namespace cartograph::clients {

// Runs one command line, without the program's name. Returns the exit code (exit_code.h). Data goes
// to `streams.out`, all else to `streams.err`.
int RunCli(const std::vector<std::string>& arguments, const Streams& streams,
           const Environment& environment);

}  // namespace cartograph::clients
