// TwinAnswers: the founding pack evaluated once more by the naive twin, over the base facts that
// the server has.

#pragma once

#include <map>
#include <string>

#include "tests/founding/founding_server.h"

namespace cartograph::founding {

// The facts of every relation that the active pack derives, as the server lists them.
std::map<std::string, Rows> DerivedFacts(FoundingServer* server);

// The same relations, derived from the server's base facts by the naive twin.
std::map<std::string, Rows> TwinFacts(FoundingServer* server);

}  // namespace cartograph::founding
