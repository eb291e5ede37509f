// FeedReader: the feeds of all annotations, resolved to steps and base relations.

#pragma once

#include "absl/status/status.h"
#include "kb/entity_plan.h"

namespace cartograph::kb {

// Fills the feeds of every message of `plan`, and its relations and enums, in order of kinds and of
// fields.
//
// REQUIRES: kinds, bodies and messages stand. Errors: FAILED_PRECONDITION names the field and the
// feed.
absl::Status ReadFeeds(EntityPlan* plan);

}  // namespace cartograph::kb
