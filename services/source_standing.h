// Retraction and reinstatement of sources, and what they do to the facts.

#pragma once

#include "absl/status/status.h"
#include "cartograph/v1/entity_service.pb.h"
#include "services/call_context.h"

namespace cartograph::services {

absl::Status RetractSource(CallContext& call, const v1::RetractSourceRequest& request,
                           v1::RetractSourceResponse* response);
absl::Status ReinstateSource(CallContext& call, const v1::ReinstateSourceRequest& request,
                             v1::ReinstateSourceResponse* response);

}  // namespace cartograph::services
