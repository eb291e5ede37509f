// The wire of cartograph.v1.EntityService: entities, read, written, and moved in bulk.

#pragma once

#include <memory>

#include "services/method_table.h"
#include "services/serving.h"

namespace cartograph::services {

// REQUIRES: `serving` outlives the service.
std::unique_ptr<MethodTable> MakeEntityService(const Serving* serving);

}  // namespace cartograph::services
