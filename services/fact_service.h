// The wire of cartograph.v1.FactService: facts, base and derived, and why they hold.

#pragma once

#include <memory>

#include "services/method_table.h"
#include "services/serving.h"

namespace cartograph::services {

// REQUIRES: `serving` outlives the service.
std::unique_ptr<MethodTable> MakeFactService(const Serving* serving);

}  // namespace cartograph::services
