// One unary call, from its arrival to its answer: admit, hand to a thread, handle, map the error,
// reply.

#pragma once

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "grpcpp/support/server_callback.h"
#include "services/call_context.h"
#include "services/serving.h"

namespace cartograph::services {

// Where a handler runs.
enum class Lane {
  kInline,   // on the thread of the wire: reads of a few microseconds that never wait
  kCommit,   // on the commit pool: waits for the disk
  kCompute,  // on the compute pool: evaluates, scans, compiles
};

using UnaryHandler = absl::AnyInvocable<absl::Status(CallContext& call)>;

// Runs `handler` in `lane` and finishes the call with its status. The handler is not run when the
// caller is not admitted, when the pool is full, or when the call was cancelled or its deadline
// passed while it waited. Request and response stay valid until the handler returns.
grpc::ServerUnaryReactor* StartUnary(grpc::CallbackServerContext* context, const Serving* serving,
                                     Lane lane, UnaryHandler handler);

}  // namespace cartograph::services
