// DiffFacts: by which facts two revisions differ.

#pragma once

#include "absl/status/status.h"
#include "cartograph/v1/fact_service.pb.h"
#include "services/call_context.h"

namespace cartograph::services {

// Adds up the changes of all revisions between the two. Cost: that of reading them.
absl::Status DiffFacts(CallContext& call, const v1::DiffFactsRequest& request,
                       v1::DiffFactsResponse* response);

}  // namespace cartograph::services
