// One page of a list of entities.

#pragma once

#include "absl/status/status.h"
#include "cartograph/v1/entity_service.pb.h"
#include "services/call_context.h"

namespace cartograph::services {

// Fills `response` with the entities that `request` asks for, in order of name, up to the page
// size, the bytes of a page, or the number of entities looked at: a page may hold fewer than asked
// for, or none, and still have a next one.
//
// Errors: INVALID_ARGUMENT for the collection, filter, page size or page token; what
// KnowledgeBase::Read returns.
absl::Status FillEntityPage(CallContext& call, const v1::ListEntitiesRequest& request,
                            v1::ListEntitiesResponse* response);

// Fills `response` with the revisions of an entity, newest first. NOT_FOUND: there never was one of
// that name.
absl::Status FillRevisionPage(CallContext& call, const v1::ListEntityRevisionsRequest& request,
                              v1::ListEntityRevisionsResponse* response);

}  // namespace cartograph::services
