#include "services/unary_call.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "base/status.h"
#include "services/grpc_status.h"

namespace cartograph::services {
namespace {

// Lives until gRPC is done with the call, which is after Finish and after OnCancel.
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  UnaryCall(grpc::CallbackServerContext* context, const Serving* serving, UnaryHandler handler)
      : call_(context, serving), handler_(std::move(handler)) {}

  void Start(const Serving& serving, Lane lane) {
    absl::Status status = call_.Admit();
    if (status.ok() && lane != Lane::kInline) {
      WorkPool& pool = lane == Lane::kCommit ? serving.commit_pool() : serving.compute_pool();
      status = pool.Submit([this] { Handle(); });
      if (status.ok()) {
        return;
      }
    }
    status.ok() ? Handle() : Reply(status);
  }

 private:
  void Handle() {
    absl::Status status = call_.StillWanted();
    if (status.ok()) {
      status = handler_(call_);
    }
    Reply(status);
  }

  void Reply(const absl::Status& status) {
    if (status.code() == absl::StatusCode::kInternal) {
      spdlog::error("internal error: {}", std::string(status.message()));
    }
    handler_ = nullptr;  // what it holds must not outlive request and response
    Finish(ToGrpcStatus(status));
  }

  void OnCancel() override { call_.Cancel(); }
  void OnDone() override { delete this; }

  CallContext call_;
  UnaryHandler handler_;
};

}  // namespace

grpc::ServerUnaryReactor* StartUnary(grpc::CallbackServerContext* context, const Serving* serving,
                                     Lane lane, UnaryHandler handler) {
  auto* call = new UnaryCall(context, serving, std::move(handler));
  call->Start(*serving, lane);
  return call;
}

}  // namespace cartograph::services
