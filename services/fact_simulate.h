// SimulateFacts: what would follow from a change that nobody has made.

#pragma once

#include "absl/status/status.h"
#include "cartograph/v1/fact_service.pb.h"
#include "services/call_context.h"

namespace cartograph::services {

absl::Status SimulateFacts(CallContext& call, const v1::SimulateFactsRequest& request,
                           v1::SimulateFactsResponse* response);

}  // namespace cartograph::services
