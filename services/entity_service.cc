#include "services/entity_service.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "cartograph/v1/entity_service.grpc.pb.h"
#include "kb/entity_check.h"
#include "kb/error_details.h"
#include "services/entity_bytes.h"
#include "services/entity_page.h"
#include "services/entity_streams.h"
#include "services/entity_write.h"
#include "services/grpc_status.h"
#include "services/proto_convert.h"
#include "services/request_check.h"
#include "services/unary_call.h"

namespace cartograph::services {
namespace {

absl::Status NotFound(absl::string_view name) {
  return kb::ErrorWithReason(absl::StatusCode::kNotFound, absl::StrCat(name, " does not exist"),
                             kb::kReasonEntityNotFound);
}

// The stored bytes of a living entity, or of a deleted one if `show_deleted`.
absl::StatusOr<std::string> ReadEntity(const kb::Snapshot& snapshot, const std::string& name,
                                       bool show_deleted) {
  ASSIGN_OR_RETURN(std::optional<std::string> bytes, snapshot.EntityBytes(name));
  if (!bytes.has_value()) {
    return NotFound(name);
  }
  ASSIGN_OR_RETURN(bool deleted, IsDeleted(*bytes));
  if (deleted && !show_deleted) {
    return kb::ErrorWithReason(absl::StatusCode::kNotFound, absl::StrCat(name, " is deleted"),
                               kb::kReasonEntityDeleted);
  }
  return *std::move(bytes);
}

absl::Status GetEntity(grpc::ByteBuffer bytes, const CallContext& call,
                       grpc::ByteBuffer* response) {
  v1::GetEntityRequest request;
  if (!grpc::SerializationTraits<v1::GetEntityRequest>::Deserialize(&bytes, &request).ok()) {
    return absl::InvalidArgumentError("the request does not decode");
  }
  kb::Violations violations;
  kb::CheckName(call.kb().schema(), request.name(), "name", &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(kb::Snapshot snapshot, call.kb().Read(request.read()));
  ASSIGN_OR_RETURN(std::string entity,
                   ReadEntity(snapshot, request.name(), request.show_deleted()));
  v1::ResponseHeader header;
  FillHeader(snapshot, &header);
  *response = GetEntityReply(std::move(entity), header);
  return absl::OkStatus();
}

absl::Status BatchGetEntities(const v1::BatchGetEntitiesRequest& request, const CallContext& call,
                              v1::BatchGetEntitiesResponse* response) {
  kb::Violations violations;
  CheckCount(request.names_size(), 1, kBatchNamesMax, "names", &violations);
  for (int i = 0; violations.empty() && i < request.names_size(); ++i) {
    kb::CheckName(call.kb().schema(), request.names(i), absl::StrCat("names[", i, "]"),
                  &violations);
  }
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(kb::Snapshot snapshot, call.kb().Read(request.read()));
  size_t total = 0;
  for (const std::string& name : request.names()) {
    ASSIGN_OR_RETURN(std::string bytes, ReadEntity(snapshot, name, /*show_deleted=*/false));
    total += bytes.size();
    if (total > call.limits().batch_bytes_max) {
      return absl::ResourceExhaustedError(absl::StrCat("these entities are more than ",
                                                       call.limits().batch_bytes_max,
                                                       " bytes together; ask for fewer at a time"));
    }
    if (!response->add_entities()->ParseFromString(bytes)) {
      return absl::DataLossError(absl::StrCat("the stored bytes of ", name, " do not decode"));
    }
  }
  FillHeader(snapshot, response->mutable_header());
  return absl::OkStatus();
}

using Typed = v1::EntityService::CallbackService;
using Base = v1::EntityService::WithRawCallbackMethod_GetEntity<
    v1::EntityService::WithRawCallbackMethod_ExportEntities<Typed>>;

class EntityService final : public Base {
 public:
  explicit EntityService(const Serving* serving) : serving_(serving) {}

  using Typed::ExportEntities;
  using Typed::GetEntity;

  grpc::ServerUnaryReactor* GetEntity(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return StartUnary(context, serving_, Lane::kInline, [request, response](CallContext& call) {
      return services::GetEntity(*request, call, response);
    });
  }

  grpc::ServerUnaryReactor* BatchGetEntities(grpc::CallbackServerContext* context,
                                             const v1::BatchGetEntitiesRequest* request,
                                             v1::BatchGetEntitiesResponse* response) override {
    return StartUnary(context, serving_, Lane::kCompute, [request, response](CallContext& call) {
      return services::BatchGetEntities(*request, call, response);
    });
  }

  grpc::ServerUnaryReactor* ListEntities(grpc::CallbackServerContext* context,
                                         const v1::ListEntitiesRequest* request,
                                         v1::ListEntitiesResponse* response) override {
    return StartUnary(context, serving_, Lane::kCompute, [request, response](CallContext& call) {
      return FillEntityPage(*request, call, response);
    });
  }

  grpc::ServerUnaryReactor* ListEntityRevisions(
      grpc::CallbackServerContext* context, const v1::ListEntityRevisionsRequest* request,
      v1::ListEntityRevisionsResponse* response) override {
    return StartUnary(context, serving_, Lane::kCompute, [request, response](CallContext& call) {
      return FillRevisionPage(*request, call, response);
    });
  }

  grpc::ServerUnaryReactor* CreateEntity(grpc::CallbackServerContext* context,
                                         const v1::CreateEntityRequest* request,
                                         v1::CreateEntityResponse* response) override {
    return StartUnary(context, serving_, Lane::kCommit, [request, response](CallContext& call) {
      return services::CreateEntity(*request, call, response);
    });
  }

  grpc::ServerUnaryReactor* UpdateEntity(grpc::CallbackServerContext* context,
                                         const v1::UpdateEntityRequest* request,
                                         v1::UpdateEntityResponse* response) override {
    return StartUnary(context, serving_, Lane::kCommit,
                      [this, request, response](CallContext& call) {
                        return updater_.Update(*request, call, response);
                      });
  }

  grpc::ServerUnaryReactor* DeleteEntity(grpc::CallbackServerContext* context,
                                         const v1::DeleteEntityRequest* request,
                                         v1::DeleteEntityResponse* response) override {
    return StartUnary(context, serving_, Lane::kCommit, [request, response](CallContext& call) {
      return services::DeleteEntity(*request, call, response);
    });
  }

  grpc::ServerUnaryReactor* UndeleteEntity(grpc::CallbackServerContext* context,
                                           const v1::UndeleteEntityRequest* request,
                                           v1::UndeleteEntityResponse* response) override {
    return StartUnary(context, serving_, Lane::kCommit, [request, response](CallContext& call) {
      return services::UndeleteEntity(*request, call, response);
    });
  }

  grpc::ServerUnaryReactor* CommitEntities(grpc::CallbackServerContext* context,
                                           const v1::CommitEntitiesRequest* request,
                                           v1::CommitEntitiesResponse* response) override {
    return StartUnary(context, serving_, Lane::kCommit, [request, response](CallContext& call) {
      return services::CommitEntities(*request, call, response);
    });
  }

  grpc::ServerBidiReactor<v1::ImportEntitiesRequest, v1::ImportEntitiesResponse>* ImportEntities(
      grpc::CallbackServerContext* context) override {
    return StartImport(context, serving_);
  }

  grpc::ServerWriteReactor<grpc::ByteBuffer>* ExportEntities(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) override {
    return StartExport(context, serving_, *request);
  }

 private:
  const Serving* const serving_;
  EntityUpdater updater_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeEntityService(const Serving* serving) {
  return std::make_unique<EntityService>(serving);
}

}  // namespace cartograph::services
