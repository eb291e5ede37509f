// Names of entities that are not there.

#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/cli/session.h"

namespace cartograph::clients {

// `status` with advice, when it says that one of `names` is not there: the nearest name of its
// collection, or how to see what there is. Asks the server for the names.
absl::Status WithNearestName(absl::Status status, const std::vector<std::string>& names,
                             Session& session);

}  // namespace cartograph::clients
