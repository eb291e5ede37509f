// Watches: streams that tell a caller which facts come and go.

#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "absl/status/statusor.h"
#include "base/revision.h"
#include "cartograph/v1/fact_service.pb.h"
#include "google/protobuf/duration.pb.h"
#include "services/call_context.h"
#include "services/fact_matcher.h"
#include "services/method_table.h"

namespace cartograph::services {

// What a caller wants to be told.
struct WatchPlan {
  FactMatcher matcher;
  std::optional<base::Revision> after;  // nothing: the latest
  bool snapshot = false;
  std::chrono::milliseconds checkpoint_interval{0};
  // The message for an event.
  std::function<grpc::ByteBuffer(v1::WatchFactsResponse event)> encode;
};

// Reads the plan from a request; on a thread of the watch pool.
using PlanWatch =
    std::function<absl::StatusOr<WatchPlan>(CallContext& call, const grpc::ByteBuffer& request)>;

// INVALID_ARGUMENT unless `interval` is unset or 1 s to 1 h.
absl::StatusOr<std::chrono::milliseconds> CheckpointInterval(
    bool set, const google::protobuf::Duration& interval);

// The cause that `change` has for those who are told of it.
v1::ChangeCause CauseOf(const kb::Change& change);

MethodTable::StreamWriter* StartWatch(grpc::CallbackServerContext* context, const Serving* serving,
                                      const grpc::ByteBuffer& request, PlanWatch plan);

}  // namespace cartograph::services
