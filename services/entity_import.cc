#include "services/entity_import.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "google/protobuf/util/message_differencer.h"
#include "kb/error_details.h"
#include "services/entity_write.h"
#include "services/grpc_status.h"
#include "services/proto_convert.h"
#include "services/request_check.h"

namespace cartograph::services {
namespace {

// Only the body: the rest is the server's, or says what the writer believed.
v1::Entity BodyOf(const v1::Entity& entity) {
  v1::Entity body = entity;
  body.clear_etag();
  body.clear_revision();
  body.clear_create_time();
  body.clear_update_time();
  body.clear_create_actor();
  body.clear_update_actor();
  return body;
}

// What is left to write of a chunk.
struct Changes {
  std::vector<v1::Mutation> mutations;
  std::vector<size_t> index_in_request;  // of each mutation
};

// Sorts out the entities that are stored already as they are, and counts.
absl::StatusOr<Changes> FindChanges(const v1::ImportEntitiesRequest& request,
                                    const kb::Snapshot& snapshot,
                                    v1::ImportEntitiesResponse* response) {
  Changes changes;
  for (int i = 0; i < request.entities_size(); ++i) {
    const v1::Entity& entity = request.entities(i);
    ASSIGN_OR_RETURN(auto stored, snapshot.GetEntity(entity.name()));
    bool there = stored.has_value() && !stored->has_delete_time();
    if (there &&
        google::protobuf::util::MessageDifferencer::Equals(BodyOf(*stored), BodyOf(entity))) {
      response->set_unchanged(response->unchanged() + 1);
      continue;
    }
    there ? response->set_updated(response->updated() + 1)
          : response->set_created(response->created() + 1);
    *changes.mutations.emplace_back().mutable_put() = entity;
    changes.index_in_request.push_back(static_cast<size_t>(i));
  }
  return changes;
}

// "mutations[3].put.disease" → "entities[5].disease".
std::string PathInRequest(absl::string_view field, const std::vector<size_t>& index_in_request) {
  constexpr absl::string_view kHead = "mutations[";
  size_t close = field.find(']');
  size_t index = 0;
  if (close == absl::string_view::npos || close < kHead.size() ||
      !absl::SimpleAtoi(field.substr(kHead.size(), close - kHead.size()), &index) ||
      index >= index_in_request.size()) {
    return std::string(field);
  }
  absl::string_view rest = field.substr(close + 1);
  constexpr absl::string_view kPut = ".put";
  if (rest.substr(0, kPut.size()) == kPut) {
    rest.remove_prefix(kPut.size());
  }
  return absl::StrCat("entities[", index_in_request[index], "]", rest);
}

}  // namespace

absl::Status EntityImport::Apply(const v1::ImportEntitiesRequest& request, CallContext& call,
                                 v1::ImportEntitiesResponse* response) {
  if (chunks_ == 0) {
    write_ = request.write();
  }
  RETURN_IF_ERROR(Check(request, call));
  kb::WriteContext context = ContextOf(write_, call);
  if (!context.request_id.empty()) {
    absl::StrAppend(&context.request_id, "/", chunks_);
  }
  ++chunks_;
  kb::Snapshot snapshot = call.kb().Latest();
  ASSIGN_OR_RETURN(Changes changes, FindChanges(request, snapshot, response));
  if (changes.mutations.empty()) {
    FillHeader(snapshot, response->mutable_header());
    return absl::OkStatus();
  }
  auto result = call.kb().Commit(changes.mutations, {}, context);
  if (!result.ok()) {
    return WithFieldsRewritten(result.status(), [&changes](absl::string_view field) {
      return PathInRequest(field, changes.index_in_request);
    });
  }
  FillWriteHeader(*result, call.kb(), response->mutable_header());
  return absl::OkStatus();
}

absl::Status EntityImport::Check(const v1::ImportEntitiesRequest& request, CallContext& call) {
  RETURN_IF_ERROR(call.StillWanted());
  RETURN_IF_ERROR(CheckWrite(request));
  kb::Violations violations;
  CheckCount(request.entities_size(), 0, kImportEntitiesMax, "entities", &violations);
  CheckWriteOptions(write_, &violations);
  if (request.has_write() && chunks_ > 0) {
    violations.Add("write", "belongs into the first message of an import");
  }
  return violations.ToStatus();
}

}  // namespace cartograph::services
