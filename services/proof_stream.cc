#include "services/proof_stream.h"

#include <memory>
#include <optional>

#include "base/status.h"
#include "cartograph/v1/fact_service.pb.h"
#include "rules/engine/proof_steps.h"
#include "services/call_context.h"
#include "services/grpc_status.h"
#include "services/proof_export.h"
#include "services/proto_convert.h"
#include "services/request_check.h"

namespace cartograph::services {
namespace {

// One operation is under way at any time, or a chunk is being made; Finish is called once.
class ProofStream final : public MethodTable::StreamWriter {
 public:
  ProofStream(grpc::CallbackServerContext* context, const Serving* serving,
              const grpc::ByteBuffer& request)
      : context_(context),
        call_(context, serving),
        // An export goes on for as long as there are facts; it ends when the caller goes.
        budget_(&call_, base::BudgetLimits{.facts_max = 0}) {
    absl::Status status = Enter(*serving, request);
    status.ok() ? FillLater() : Finish(ToGrpcStatus(status));
  }

  void OnWriteDone(bool ok) override {
    place_->ClientActed();
    if (!ok) {
      Finish(grpc::Status::CANCELLED);
      return;
    }
    at_end_ ? Finish(grpc::Status::OK) : FillLater();
  }

  void OnCancel() override { call_.Cancel(); }
  void OnDone() override { delete this; }

 private:
  absl::Status Enter(const Serving& serving, const grpc::ByteBuffer& bytes) {
    RETURN_IF_ERROR(call_.Admit());
    v1::ExportProofsRequest request;
    RETURN_IF_ERROR(Decode(bytes, &request));
    RETURN_IF_ERROR(CheckKnownFields(request));
    ASSIGN_OR_RETURN(place_, serving.streams().Enter(context_));
    read_ = request.read();
    return absl::OkStatus();
  }

  void FillLater() {
    absl::Status status = call_.serving().compute_pool().Submit([this] { FillAndWrite(); });
    if (!status.ok()) {
      Finish(ToGrpcStatus(status));
    }
  }

  void FillAndWrite() {
    absl::Status status = Fill();
    if (!status.ok()) {
      Finish(ToGrpcStatus(status));
      return;
    }
    message_ = Encode(response_);
    response_.Clear();
    place_->AwaitClient();
    StartWrite(&message_);
  }

  absl::Status Fill() {
    RETURN_IF_ERROR(call_.StillWanted());
    if (steps_ == nullptr) {
      RETURN_IF_ERROR(Begin());
    }
    FillHeader(*snapshot_, response_.mutable_header());
    size_t bytes = response_.ByteSizeLong();
    while (bytes < call_.limits().stream_chunk_bytes_max) {
      if (next_text_ < export_->texts().size()) {
        bytes += AddText();
        continue;
      }
      ASSIGN_OR_RETURN(const std::optional<rules::ProofStep> step, steps_->Next());
      if (!step.has_value()) {
        at_end_ = true;
        break;
      }
      v1::ProvedFact* fact = response_.add_facts();
      export_->ToProto(*step, fact);
      bytes += fact->ByteSizeLong();
    }
    return absl::OkStatus();
  }

  // An old revision is derived again here: not on the thread of the wire.
  absl::Status Begin() {
    ASSIGN_OR_RETURN(snapshot_, call_.kb().Read(read_));
    export_.emplace(snapshot_->model(), call_.kb().schema().base_schema());
    steps_ = std::make_unique<rules::ProofSteps>(snapshot_->model(), budget_.get());
    return absl::OkStatus();
  }

  size_t AddText() {
    const bool base = export_->IsBase(next_text_);
    const rules::SourceFile& text = *export_->texts()[next_text_++];
    v1::RuleFile* file = base ? response_.mutable_base_schema() : response_.add_rules();
    file->set_path(text.path);
    file->set_text(text.text);
    return file->ByteSizeLong();
  }

  grpc::CallbackServerContext* const context_;
  CallContext call_;
  BoundBudget budget_;
  v1::ReadOptions read_;
  std::unique_ptr<StreamWatch::Place> place_;
  std::optional<kb::Snapshot> snapshot_;
  std::optional<ProofExport> export_;
  std::unique_ptr<rules::ProofSteps> steps_;
  size_t next_text_ = 0;
  v1::ExportProofsResponse response_;
  grpc::ByteBuffer message_;
  bool at_end_ = false;
};

}  // namespace

MethodTable::StreamWriter* StartProofExport(grpc::CallbackServerContext* context,
                                            const Serving* serving,
                                            const grpc::ByteBuffer& request) {
  return new ProofStream(context, serving, request);
}

}  // namespace cartograph::services
