#include "services/entity_import.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "kb/error_details.h"
#include "services/entity_write.h"
#include "services/grpc_status.h"
#include "services/request_check.h"

namespace cartograph::services {
namespace {

// "mutations[5].put.disease", or "entity.disease" when there is only one, is "entities[5].disease".
std::string PathInRequest(absl::string_view field) {
  std::vector<std::string> parts = absl::StrSplit(field, absl::MaxSplits('.', 1));
  constexpr absl::string_view kMutations = "mutations[";
  if (absl::StartsWith(parts[0], kMutations)) {
    std::string index = parts[0].substr(kMutations.size());
    std::string rest =
        parts.size() > 1 && absl::StartsWith(parts[1], "put") ? parts[1].substr(3) : "";
    return absl::StrCat("entities[", index, rest);
  }
  return parts[0] == "entity" ? absl::StrCat("entities[0]", field.substr(parts[0].size()))
                              : std::string(field);
}

void Count(v1::EntityChangeKind change, v1::ImportEntitiesResponse* response) {
  switch (change) {
    case v1::ENTITY_CHANGE_KIND_UNCHANGED:
      return response->set_unchanged(response->unchanged() + 1);
    case v1::ENTITY_CHANGE_KIND_UPDATED:
      return response->set_updated(response->updated() + 1);
    default:
      return response->set_created(response->created() + 1);
  }
}

}  // namespace

absl::Status EntityImport::Apply(CallContext& call, const v1::ImportEntitiesRequest& request,
                                 v1::ImportEntitiesResponse* response) {
  if (chunks_ == 0) {
    write_ = request.write();
  }
  RETURN_IF_ERROR(Check(call, request));
  kb::WriteContext context = ContextOf(write_, call);
  if (!context.request_id.empty()) {
    absl::StrAppend(&context.request_id, "/", chunks_);
  }
  ++chunks_;
  std::vector<v1::Mutation> mutations(static_cast<size_t>(request.entities_size()));
  for (size_t i = 0; i < mutations.size(); ++i) {
    *mutations[i].mutable_put() = request.entities(static_cast<int>(i));
  }
  auto result = call.kb().Commit(mutations, {}, context);
  if (!result.ok()) {
    return WithFieldsRewritten(result.status(), PathInRequest);
  }
  for (v1::EntityChangeKind change : result->changes) {
    Count(change, response);
  }
  FillWriteHeader(*result, call.kb(), response->mutable_header());
  return absl::OkStatus();
}

absl::Status EntityImport::Check(CallContext& call, const v1::ImportEntitiesRequest& request) {
  RETURN_IF_ERROR(call.StillWanted());
  RETURN_IF_ERROR(CheckWrite(request));
  kb::Violations violations;
  CheckCount(request.entities_size(), 1, kImportEntitiesMax, "entities", &violations);
  CheckWriteOptions(write_, &violations);
  if (request.has_write() && chunks_ > 0) {
    violations.Add("write", "belongs into the first message of an import");
  }
  return violations.ToStatus();
}

}  // namespace cartograph::services
