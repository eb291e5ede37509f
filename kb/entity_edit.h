// EntityEdit: what a mutation makes of the stored version of one entity.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/revision.h"
#include "cartograph/v1/change.pb.h"
#include "cartograph/v1/entity.pb.h"
#include "cartograph/v1/entity_service.pb.h"
#include "kb/snapshot.h"

namespace cartograph::kb {

// One entity of a commit, before and after.
struct EntityEdit {
  std::string name;
  std::optional<v1::Entity> before;  // as stored, deleted or not; nothing when there never was one
  v1::Entity after;                  // as it will be stored; what is stored already when unchanged
  v1::EntityChangeKind kind = v1::ENTITY_CHANGE_KIND_UNSPECIFIED;

  bool changed() const { return kind != v1::ENTITY_CHANGE_KIND_UNCHANGED; }
  bool was_live() const { return before.has_value() && !before->has_delete_time(); }
  bool is_live() const { return !after.has_delete_time(); }
};

// What the server writes into every new version.
struct Stamp {
  base::Revision revision;
  absl::Time time;
  std::string actor;
};

// The entity that a mutation is about; "" when it has no kind.
absl::string_view NameOf(const v1::Mutation& mutation);

// The edits of `mutations`, in their order, over what `view` holds. The new versions bear `stamp`.
//
// REQUIRES: no two mutations have the same name; the entities passed EntityCheck.
// Errors: NOT_FOUND, ALREADY_EXISTS, ABORTED (etag) name the entity; DATA_LOSS.
absl::StatusOr<std::vector<EntityEdit>> MakeEdits(const std::vector<v1::Mutation>& mutations,
                                                  const EntityView& view, const Stamp& stamp);

// Whether `preconditions` hold in `view`: FAILED_PRECONDITION, or ABORTED when only etags do not
// match, lists all that do not.
absl::Status CheckPreconditions(const std::vector<v1::Precondition>& preconditions,
                                const EntityView& view);

}  // namespace cartograph::kb
