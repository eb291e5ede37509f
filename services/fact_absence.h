// FactService.ExplainAbsence: why a fact does not hold.

#pragma once

#include "absl/status/status.h"
#include "cartograph/v1/fact_service.pb.h"
#include "services/call_context.h"

namespace cartograph::services {

absl::Status ExplainAbsence(CallContext& call, const v1::ExplainAbsenceRequest& request,
                            v1::ExplainAbsenceResponse* response);

}  // namespace cartograph::services
