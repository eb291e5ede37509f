// FactService.ExplainFact: why a fact holds.

#pragma once

#include "absl/status/status.h"
#include "cartograph/v1/fact_service.pb.h"
#include "services/call_context.h"

namespace cartograph::services {

absl::Status ExplainFact(CallContext& call, const v1::ExplainFactRequest& request,
                         v1::ExplainFactResponse* response);

}  // namespace cartograph::services
