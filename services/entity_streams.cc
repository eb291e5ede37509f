#include "services/entity_streams.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "cartograph/v1/entity_service.pb.h"
#include "kb/error_details.h"
#include "services/call_context.h"
#include "services/entity_bytes.h"
#include "services/entity_import.h"
#include "services/grpc_status.h"
#include "services/proto_convert.h"
#include "services/request_check.h"

namespace cartograph::services {
namespace {

// One operation is under way at any time, or a chunk is being committed: so a cancellation shows as
// the failure of the next operation, and Finish is called once.
class ImportStream final : public MethodTable::StreamExchange {
 public:
  ImportStream(grpc::CallbackServerContext* context, const Serving* serving)
      : context_(context), call_(context, serving) {
    absl::Status status = Enter(*serving);
    status.ok() ? ReadNext() : Finish(ToGrpcStatus(status));
  }

  void OnReadDone(bool ok) override {
    place_->ClientActed();
    if (!ok) {
      Finish(grpc::Status::OK);
      return;
    }
    absl::Status status = call_.serving().commit_pool().Submit([this] { Apply(); });
    if (!status.ok()) {
      Finish(ToGrpcStatus(status));
    }
  }

  void OnWriteDone(bool ok) override {
    place_->ClientActed();
    ok ? ReadNext() : Finish(grpc::Status::CANCELLED);
  }

  void OnDone() override { delete this; }

 private:
  absl::Status Enter(const Serving& serving) {
    RETURN_IF_ERROR(call_.Admit());
    ASSIGN_OR_RETURN(place_, serving.streams().Enter(context_));
    return absl::OkStatus();
  }

  void ReadNext() {
    place_->AwaitClient();
    StartRead(&received_);
  }

  void Apply() {
    absl::Status status = ApplyReceived();
    if (!status.ok()) {
      Finish(ToGrpcStatus(status));
      return;
    }
    place_->AwaitClient();
    StartWrite(&answer_);
  }

  absl::Status ApplyReceived() {
    v1::ImportEntitiesRequest request;
    RETURN_IF_ERROR(Decode(received_, &request));
    received_.Clear();
    v1::ImportEntitiesResponse response;
    RETURN_IF_ERROR(import_.Apply(call_, request, &response));
    answer_ = Encode(response);
    return absl::OkStatus();
  }

  grpc::CallbackServerContext* const context_;
  CallContext call_;
  std::unique_ptr<StreamWatch::Place> place_;
  EntityImport import_;
  grpc::ByteBuffer received_;
  grpc::ByteBuffer answer_;
};

class ExportStream final : public MethodTable::StreamWriter {
 public:
  ExportStream(grpc::CallbackServerContext* context, const Serving* serving,
               const grpc::ByteBuffer& request)
      : context_(context), call_(context, serving) {
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

  void OnDone() override { delete this; }

 private:
  absl::Status Enter(const Serving& serving, const grpc::ByteBuffer& bytes) {
    RETURN_IF_ERROR(call_.Admit());
    RETURN_IF_ERROR(Decode(bytes, &request_));
    RETURN_IF_ERROR(CheckText(request_));
    kb::Violations violations;
    CheckCollection(request_.collection(), "collection", call_.kb().schema(), &violations);
    RETURN_IF_ERROR(violations.ToStatus());
    ASSIGN_OR_RETURN(view_, call_.kb().ReadEntities(request_.read()));
    ASSIGN_OR_RETURN(place_, serving.streams().Enter(context_));
    FillHeader(*view_, &header_);
    return absl::OkStatus();
  }

  // Reading may wait for the disk, so it has a thread of the pool that may.
  void FillLater() {
    absl::Status status = call_.serving().commit_pool().Submit([this] { FillAndWrite(); });
    if (!status.ok()) {
      Finish(ToGrpcStatus(status));
    }
  }

  void FillAndWrite() {
    absl::Status status = call_.StillWanted();
    if (status.ok()) {
      status = Fill();
    }
    if (!status.ok()) {
      Finish(ToGrpcStatus(status));
      return;
    }
    message_ = chunk_.Finish(header_);
    place_->AwaitClient();
    StartWrite(&message_);
  }

  absl::Status Fill() {
    at_end_ = true;
    absl::Status status;
    size_t seen = 0;
    std::string prefix =
        request_.collection().empty() ? "" : absl::StrCat(request_.collection(), "/");
    std::string after = after_;
    absl::Status visited =
        view_->ForEachEntity(prefix, after, [&](absl::string_view name, absl::string_view bytes) {
          bool full = chunk_.size() > 0 && chunk_.size() + bytes.size() > ChunkBytes();
          if (full || ++seen > call_.limits().entities_scanned_max) {
            at_end_ = false;
            return false;
          }
          after_ = std::string(name);
          status = AddIfShown(bytes);
          return status.ok();
        });
    return visited.ok() ? status : visited;
  }

  absl::Status AddIfShown(absl::string_view bytes) {
    ASSIGN_OR_RETURN(bool deleted, IsDeleted(bytes));
    if (!deleted || request_.show_deleted()) {
      chunk_.Add(bytes);
    }
    return absl::OkStatus();
  }

  size_t ChunkBytes() const {
    constexpr size_t kHeadsAndHeader = 256;  // what the message has beside the bytes of entities
    return call_.limits().stream_chunk_bytes_max - kHeadsAndHeader;
  }

  grpc::CallbackServerContext* const context_;
  CallContext call_;
  v1::ExportEntitiesRequest request_;
  std::optional<kb::EntityView> view_;
  std::unique_ptr<StreamWatch::Place> place_;
  v1::ResponseHeader header_;
  std::string after_;
  ExportChunk chunk_;
  grpc::ByteBuffer message_;
  bool at_end_ = false;
};

}  // namespace

MethodTable::StreamExchange* StartImport(grpc::CallbackServerContext* context,
                                         const Serving* serving) {
  return new ImportStream(context, serving);
}

MethodTable::StreamWriter* StartExport(grpc::CallbackServerContext* context, const Serving* serving,
                                       const grpc::ByteBuffer& request) {
  return new ExportStream(context, serving, request);
}

}  // namespace cartograph::services
