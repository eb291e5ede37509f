#include "services/entity_write.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/hash/hash.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "google/protobuf/util/field_mask_util.h"
#include "kb/entity_check.h"
#include "kb/error_details.h"
#include "services/grpc_status.h"
#include "services/proto_convert.h"
#include "services/request_check.h"

namespace cartograph::services {
namespace {

using google::protobuf::util::FieldMaskUtil;

constexpr int kMaskPathsMax = 256;
constexpr int kUpdateTriesMax = 8;  // against writers of other kinds that never stop

absl::StatusOr<kb::CommitResult> CommitOne(v1::Mutation mutation,
                                           const std::vector<v1::Precondition>& preconditions,
                                           const v1::WriteOptions& write, CallContext& call) {
  std::vector<v1::Mutation> mutations;
  mutations.push_back(std::move(mutation));
  return call.kb().Commit(mutations, preconditions, ContextOf(write, call));
}

// For the four responses of one entity.
template <typename Response>
void FillResponse(kb::CommitResult result, CallContext& call, Response* response) {
  FillWriteHeader(result, call.kb(), response->mutable_header());
  response->mutable_summary()->set_facts_removed(result.facts_removed);
  response->mutable_summary()->set_facts_added(result.facts_added);
  if (!result.entities.empty()) {
    *response->mutable_entity() = std::move(result.entities.front());
  }
}

// Name and etag of a deletion or its undoing; the etag as a precondition.
template <typename Request>
absl::StatusOr<std::vector<v1::Precondition>> CheckNamed(const Request& request,
                                                         CallContext& call) {
  RETURN_IF_ERROR(CheckWrite(request));
  kb::Violations violations;
  kb::CheckName(call.kb().schema(), request.name(), "name", &violations);
  CheckBytes(request.etag(), kEtagBytesMax, "etag", &violations);
  CheckWriteOptions(request.write(), &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  std::vector<v1::Precondition> preconditions;
  if (!request.etag().empty()) {
    v1::Precondition& precondition = preconditions.emplace_back();
    precondition.set_name(request.name());
    precondition.set_etag(request.etag());
  }
  return preconditions;
}

template <typename Request>
absl::Status CheckEntity(const Request& request, CallContext& call) {
  RETURN_IF_ERROR(CheckWrite(request));
  kb::Violations violations;
  kb::CheckName(call.kb().schema(), request.entity().name(), "entity.name", &violations);
  CheckBytes(request.entity().etag(), kEtagBytesMax, "entity.etag", &violations);
  CheckWriteOptions(request.write(), &violations);
  return violations.ToStatus();
}

// Whether `path` leads into a body: name, etag and what the server sets cannot be updated.
bool IsBodyPath(const std::string& path) {
  // Protobuf passes over empty parts.
  std::vector<absl::string_view> parts = absl::StrSplit(path, '.');
  if (absl::c_linear_search(parts, absl::string_view())) {
    return false;
  }
  const auto* field = v1::Entity::descriptor()->FindFieldByName(path.substr(0, path.find('.')));
  return field != nullptr && field->containing_oneof() != nullptr &&
         FieldMaskUtil::IsValidPath<v1::Entity>(path);
}

absl::Status CheckMask(const google::protobuf::FieldMask& mask) {
  kb::Violations violations;
  CheckCount(mask.paths_size(), 0, kMaskPathsMax, "update_mask.paths", &violations);
  for (int i = 0; violations.empty() && i < mask.paths_size(); ++i) {
    if (!IsBodyPath(mask.paths(i))) {
      violations.Add(absl::StrCat("update_mask.paths[", i, "]"),
                     absl::StrCat("\"", mask.paths(i).substr(0, 256),
                                  "\" is no path into the body of an entity, such as "
                                  "\"disease.names\""));
    }
  }
  return violations.ToStatus();
}

bool WholeBody(const google::protobuf::FieldMask& mask) {
  return mask.paths().empty() || (mask.paths_size() == 1 && mask.paths(0) == "*");
}

// The mutation that replaces the whole body.
v1::Mutation WholeUpdate(const v1::UpdateEntityRequest& request) {
  v1::Mutation mutation;
  bool put = request.allow_missing() && request.entity().etag().empty();
  *(put ? mutation.mutable_put() : mutation.mutable_update()) = request.entity();
  return mutation;
}

// The stored entity with the masked fields of the request's, to be written only over what was read.
v1::Mutation MaskedUpdate(const v1::UpdateEntityRequest& request, v1::Entity stored) {
  FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  FieldMaskUtil::MergeMessageTo(request.entity(), request.update_mask(), options, &stored);
  if (!request.entity().etag().empty()) {
    stored.set_etag(request.entity().etag());
  }
  v1::Mutation mutation;
  *mutation.mutable_update() = std::move(stored);
  return mutation;
}

}  // namespace

std::string PathInList(absl::string_view field, const v1::Mutation& mutation) {
  const auto* oneof = v1::Mutation::descriptor()->oneof_decl(0);
  const auto* kind = mutation.GetReflection()->GetOneofFieldDescriptor(mutation, oneof);
  for (absl::string_view head : {"entity", "name"}) {
    if (kind != nullptr && absl::StartsWith(field, head)) {
      return absl::StrCat("mutations[0].", kind->name(), field.substr(head.size()));
    }
  }
  return std::string(field);
}

kb::WriteContext ContextOf(const v1::WriteOptions& write, const CallContext& call) {
  return {.actor = call.actor(),
          .reason = write.reason(),
          .request_id = write.request_id(),
          .validate_only = write.validate_only()};
}

void FillWriteHeader(const kb::CommitResult& result, const kb::KnowledgeBase& kb,
                     v1::ResponseHeader* header) {
  FillHeader(kb.Latest(), header);
  header->set_revision(result.revision.number());
}

absl::Status CreateEntity(CallContext& call, const v1::CreateEntityRequest& request,
                          v1::CreateEntityResponse* response) {
  RETURN_IF_ERROR(CheckEntity(request, call));
  v1::Mutation mutation;
  *mutation.mutable_create() = request.entity();
  ASSIGN_OR_RETURN(auto result, CommitOne(std::move(mutation), {}, request.write(), call));
  FillResponse(std::move(result), call, response);
  return absl::OkStatus();
}

absl::Status DeleteEntity(CallContext& call, const v1::DeleteEntityRequest& request,
                          v1::DeleteEntityResponse* response) {
  ASSIGN_OR_RETURN(auto preconditions, CheckNamed(request, call));
  v1::Mutation mutation;
  mutation.set_delete_(request.name());
  ASSIGN_OR_RETURN(auto result,
                   CommitOne(std::move(mutation), preconditions, request.write(), call));
  FillResponse(std::move(result), call, response);
  return absl::OkStatus();
}

absl::Status UndeleteEntity(CallContext& call, const v1::UndeleteEntityRequest& request,
                            v1::UndeleteEntityResponse* response) {
  ASSIGN_OR_RETURN(auto preconditions, CheckNamed(request, call));
  v1::Mutation mutation;
  mutation.set_undelete(request.name());
  ASSIGN_OR_RETURN(auto result,
                   CommitOne(std::move(mutation), preconditions, request.write(), call));
  FillResponse(std::move(result), call, response);
  return absl::OkStatus();
}

absl::Status CommitEntities(CallContext& call, const v1::CommitEntitiesRequest& request,
                            v1::CommitEntitiesResponse* response) {
  RETURN_IF_ERROR(CheckWrite(request));
  kb::Violations violations;
  CheckCount(request.mutations_size(), 1, kMutationsMax, "mutations", &violations);
  CheckCount(request.preconditions_size(), 0, kPreconditionsMax, "preconditions", &violations);
  CheckWriteOptions(request.write(), &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  std::vector<v1::Mutation> mutations(request.mutations().begin(), request.mutations().end());
  std::vector<v1::Precondition> preconditions(request.preconditions().begin(),
                                              request.preconditions().end());
  auto result = call.kb().Commit(mutations, preconditions, ContextOf(request.write(), call));
  if (!result.ok() && mutations.size() == 1) {
    return WithFieldsRewritten(result.status(), [&mutations](absl::string_view field) {
      return PathInList(field, mutations[0]);
    });
  }
  RETURN_IF_ERROR(result.status());
  FillWriteHeader(*result, call.kb(), response->mutable_header());
  response->mutable_summary()->set_facts_removed(result->facts_removed);
  response->mutable_summary()->set_facts_added(result->facts_added);
  for (v1::Entity& entity : result->entities) {
    response->mutable_entities()->Add(std::move(entity));
  }
  return absl::OkStatus();
}

absl::Status EntityUpdater::Update(CallContext& call, const v1::UpdateEntityRequest& request,
                                   v1::UpdateEntityResponse* response) {
  RETURN_IF_ERROR(CheckEntity(request, call));
  if (WholeBody(request.update_mask())) {
    ASSIGN_OR_RETURN(auto result, CommitOne(WholeUpdate(request), {}, request.write(), call));
    FillResponse(std::move(result), call, response);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(CheckMask(request.update_mask()));
  ASSIGN_OR_RETURN(auto result, UpdateMasked(call, request));
  FillResponse(std::move(result), call, response);
  return absl::OkStatus();
}

absl::StatusOr<kb::CommitResult> EntityUpdater::UpdateMasked(
    CallContext& call, const v1::UpdateEntityRequest& request) {
  base::MutexLock lock(MutexOf(request.entity().name()));
  for (int tries = 1;; ++tries) {
    RETURN_IF_ERROR(call.StillWanted());
    ASSIGN_OR_RETURN(std::optional<v1::Entity> stored,
                     call.kb().Latest().GetEntity(request.entity().name()));
    // What is not there is created whole, or refused by kb as an update of nothing.
    bool there = stored.has_value() && !stored->has_delete_time();
    auto result =
        CommitOne(there ? MaskedUpdate(request, *std::move(stored)) : WholeUpdate(request), {},
                  request.write(), call);
    bool raced = result.status().code() == absl::StatusCode::kAborted;
    if (!raced || !request.entity().etag().empty() || tries == kUpdateTriesMax) {
      return result;
    }
  }
}

base::Mutex* EntityUpdater::MutexOf(const std::string& name) {
  return &mutexes_[absl::Hash<std::string>()(name) % mutexes_.size()];
}

}  // namespace cartograph::services
