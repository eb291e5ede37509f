// The wire of cartograph.v1.AdminService: what an operator asks of a server, and the texts of the
// documents.

#pragma once

#include <memory>

#include "services/method_table.h"
#include "services/serving.h"

namespace cartograph::services {

// REQUIRES: `serving` outlives the service.
std::unique_ptr<MethodTable> MakeAdminService(const Serving* serving);

}  // namespace cartograph::services
