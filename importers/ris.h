// RIS: the tagged format of reference managers.

#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "importers/record.h"

namespace cartograph::importers {

// Reads one record. It begins with TY and ends with ER, and has each of them once.
absl::StatusOr<Draft> ParseRis(absl::string_view record);

}  // namespace cartograph::importers
