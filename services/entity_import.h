// One chunk of an import: from a request to a commit.

#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "cartograph/v1/entity_service.pb.h"
#include "services/call_context.h"

namespace cartograph::services {

// The chunks of one import stream, in order.
class EntityImport {
 public:
  // Puts the entities of `request` as one revision, and counts what became of them. The write
  // options of the first chunk count for all; chunk n goes under the request id "id/n", from 0.
  //
  // Errors as KnowledgeBase::Commit; violations name `entities[i]`. After one, the import is over.
  absl::Status Apply(CallContext& call, const v1::ImportEntitiesRequest& request,
                     v1::ImportEntitiesResponse* response);

 private:
  absl::Status Check(CallContext& call, const v1::ImportEntitiesRequest& request);

  v1::WriteOptions write_;
  uint64_t chunks_ = 0;
};

}  // namespace cartograph::services
