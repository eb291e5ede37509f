// The wire of cartograph.v1.RuleService: rule packs: checked, formatted, tested, activated.

#pragma once

#include <memory>

#include "services/method_table.h"
#include "services/serving.h"

namespace cartograph::services {

// REQUIRES: `serving` outlives the service.
std::unique_ptr<MethodTable> MakeRuleService(const Serving* serving);

}  // namespace cartograph::services
