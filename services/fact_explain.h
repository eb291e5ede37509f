// Why a fact holds: FactService.ExplainFact, and the reasons of rows.

#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cartograph/v1/fact_service.pb.h"
#include "kb/snapshot.h"
#include "rules/facts/fact.h"
#include "services/call_context.h"

namespace cartograph::services {

absl::Status ExplainFact(CallContext& call, const v1::ExplainFactRequest& request,
                         v1::ExplainFactResponse* response);

// Why `fact` holds, in short. Within the call's limits.
absl::StatusOr<v1::RowReason> ReasonOf(CallContext& call, const kb::Snapshot& snapshot,
                                       const rules::Fact& fact);

}  // namespace cartograph::services
