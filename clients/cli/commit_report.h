// What a commit did, as the commands show it.

#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "cartograph/v1/entity_service.pb.h"
#include "clients/cli/session.h"

namespace cartograph::clients {

// A row for each entity: its name, what `word` calls its fate, its revision. Then a remark: how
// many facts came and went.
absl::Status ReportCommit(const v1::CommitEntitiesResponse& response, bool dry_run,
                          const std::function<std::string(const v1::Entity&)>& word,
                          Session& session);

}  // namespace cartograph::clients
