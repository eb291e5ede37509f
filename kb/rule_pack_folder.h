// A rule pack read from a folder (rules/pack_folder.h), as the wire has it.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "cartograph/v1/rule_service.pb.h"

namespace cartograph::kb {

// Errors as rules::ReadPackFolder.
absl::StatusOr<v1::RulePack> ReadRulePackFolder(const std::string& folder);

}  // namespace cartograph::kb
