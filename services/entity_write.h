// Writes of entities: from a request to a commit.

#pragma once

#include <array>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "cartograph/v1/entity_service.pb.h"
#include "kb/knowledge_base.h"
#include "services/call_context.h"

namespace cartograph::services {

// Each checks its request and fills its response. Violations name paths of the request.
absl::Status CreateEntity(CallContext& call, const v1::CreateEntityRequest& request,
                          v1::CreateEntityResponse* response);
absl::Status DeleteEntity(CallContext& call, const v1::DeleteEntityRequest& request,
                          v1::DeleteEntityResponse* response);
absl::Status UndeleteEntity(CallContext& call, const v1::UndeleteEntityRequest& request,
                            v1::UndeleteEntityResponse* response);
absl::Status CommitEntities(CallContext& call, const v1::CommitEntitiesRequest& request,
                            v1::CommitEntitiesResponse* response);

// The context of a write by the caller of `call`.
kb::WriteContext ContextOf(const v1::WriteOptions& write, const CallContext& call);

// kb names the entity of a lone mutation "entity" or "name": where it stands in the requests of one
// entity. In a request with a list it stands in the list's first element.
std::string PathInList(absl::string_view field, const v1::Mutation& mutation);

// What a commit says in every response.
void FillWriteHeader(const kb::CommitResult& result, const kb::KnowledgeBase& kb,
                     v1::ResponseHeader* header);

// Updates entities, whole or by field mask.
//
// A masked update reads, merges, and writes what it read with its etag. Updates of one entity
// through here wait for each other, so that two masks on different fields both win; only a write of
// another kind in between makes it read again.
class EntityUpdater {
 public:
  absl::Status Update(CallContext& call, const v1::UpdateEntityRequest& request,
                      v1::UpdateEntityResponse* response);

 private:
  absl::StatusOr<kb::CommitResult> UpdateMasked(CallContext& call,
                                                const v1::UpdateEntityRequest& request);
  base::Mutex* MutexOf(const std::string& name);

  std::array<base::Mutex, 64> mutexes_;  // by hash of the name
};

}  // namespace cartograph::services
