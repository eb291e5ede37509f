// FactService.ListDependents, ListFragileFacts, ListViolations: what rests on what, and what is
// wrong.

#pragma once

#include "absl/status/status.h"
#include "cartograph/v1/fact_service.pb.h"
#include "services/call_context.h"

namespace cartograph::services {

absl::Status ListDependents(CallContext& call, const v1::ListDependentsRequest& request,
                            v1::ListDependentsResponse* response);
absl::Status ListFragileFacts(CallContext& call, const v1::ListFragileFactsRequest& request,
                              v1::ListFragileFactsResponse* response);
absl::Status ListViolations(CallContext& call, const v1::ListViolationsRequest& request,
                            v1::ListViolationsResponse* response);

}  // namespace cartograph::services
