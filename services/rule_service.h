// The wire of cartograph.v1.RuleService.

#pragma once

#include <memory>

#include "grpcpp/impl/service_type.h"
#include "services/serving.h"

namespace cartograph::services {

// REQUIRES: `serving` outlives the service.
std::unique_ptr<grpc::Service> MakeRuleService(const Serving* serving);

}  // namespace cartograph::services
