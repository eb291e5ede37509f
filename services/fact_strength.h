// FactService.MeasureStrength: how strongly evidence supports and disputes a fact.

#pragma once

#include "absl/status/status.h"
#include "cartograph/v1/fact_service.pb.h"
#include "services/call_context.h"

namespace cartograph::services {

absl::Status MeasureStrength(CallContext& call, const v1::MeasureStrengthRequest& request,
                             v1::MeasureStrengthResponse* response);

}  // namespace cartograph::services
