#include "services/entity_service.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "cartograph/v1/entity_service.pb.h"
#include "kb/entity_check.h"
#include "kb/error_details.h"
#include "services/entity_bytes.h"
#include "services/entity_page.h"
#include "services/entity_streams.h"
#include "services/entity_write.h"
#include "services/grpc_status.h"
#include "services/proto_convert.h"
#include "services/request_check.h"
#include "services/source_standing.h"

namespace cartograph::services {
namespace {

absl::Status NotFound(absl::string_view name) {
  return kb::ErrorWithReason(absl::StatusCode::kNotFound, absl::StrCat(name, " does not exist"),
                             kb::kReasonEntityNotFound);
}

// The stored bytes of a living entity, or of a deleted one if `show_deleted`.
absl::StatusOr<std::string> ReadEntity(const kb::EntityView& view, const std::string& name,
                                       bool show_deleted) {
  ASSIGN_OR_RETURN(std::optional<std::string> bytes, view.EntityBytes(name));
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

absl::Status GetEntity(CallContext& call, const grpc::ByteBuffer& bytes,
                       grpc::ByteBuffer* response) {
  v1::GetEntityRequest request;
  RETURN_IF_ERROR(Decode(bytes, &request));
  kb::Violations violations;
  kb::CheckName(call.kb().schema(), request.name(), "name", &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(kb::EntityView view, call.kb().ReadEntities(request.read()));
  ASSIGN_OR_RETURN(std::string entity, ReadEntity(view, request.name(), request.show_deleted()));
  v1::ResponseHeader header;
  FillHeader(view, &header);
  *response = GetEntityReply(std::move(entity), header);
  return absl::OkStatus();
}

absl::Status BatchGetEntities(CallContext& call, const v1::BatchGetEntitiesRequest& request,
                              v1::BatchGetEntitiesResponse* response) {
  kb::Violations violations;
  CheckCount(request.names_size(), 1, kBatchNamesMax, "names", &violations);
  for (int i = 0; violations.empty() && i < request.names_size(); ++i) {
    kb::CheckName(call.kb().schema(), request.names(i), absl::StrCat("names[", i, "]"),
                  &violations);
  }
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(kb::EntityView view, call.kb().ReadEntities(request.read()));
  size_t total = 0;
  for (const std::string& name : request.names()) {
    ASSIGN_OR_RETURN(std::string bytes, ReadEntity(view, name, /*show_deleted=*/false));
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
  FillHeader(view, response->mutable_header());
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<MethodTable> MakeEntityService(const Serving* serving) {
  auto service = std::make_unique<MethodTable>("cartograph.v1.EntityService", serving);
  auto updater = std::make_shared<EntityUpdater>();
  service->UnaryBytes("GetEntity", Lane::kInline, GetEntity);
  service->Unary("BatchGetEntities", Lane::kCompute, BatchGetEntities);
  service->Unary("ListEntities", Lane::kCompute, FillEntityPage);
  service->Unary("ListEntityRevisions", Lane::kCompute, FillRevisionPage);
  service->Unary("CreateEntity", Lane::kCommit, CreateEntity);
  service->Unary<v1::UpdateEntityRequest, v1::UpdateEntityResponse>(
      "UpdateEntity", Lane::kCommit,
      [updater](CallContext& call, const v1::UpdateEntityRequest& request,
                v1::UpdateEntityResponse* response) {
        return updater->Update(call, request, response);
      });
  service->Unary("DeleteEntity", Lane::kCommit, DeleteEntity);
  service->Unary("UndeleteEntity", Lane::kCommit, UndeleteEntity);
  service->Unary("CommitEntities", Lane::kCommit, CommitEntities);
  service->Unary("RetractSource", Lane::kCommit, RetractSource);
  service->Unary("ReinstateSource", Lane::kCommit, ReinstateSource);
  service->BidiStream("ImportEntities", [serving](grpc::CallbackServerContext* context) {
    return StartImport(context, serving);
  });
  service->ServerStream("ExportEntities", [serving](grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer& request) {
    return StartExport(context, serving, request);
  });
  return service;
}

}  // namespace cartograph::services
