// References between entities: whether they lead somewhere after a commit, and what changes in the
// reverse index.

#pragma once

#include <vector>

#include "absl/status/status.h"
#include "kb/entity_edit.h"
#include "kb/entity_facts.h"
#include "kb/snapshot.h"
#include "storage/write_set.h"

namespace cartograph::kb {

// The references of one edit, before and after.
struct ReferenceChange {
  const EntityEdit* edit = nullptr;
  std::vector<EntityReference> before;
  std::vector<EntityReference> after;
};

// Those of the edits that change something. The edits must outlive the result.
std::vector<ReferenceChange> ReferenceChanges(const EntityFacts& facts,
                                              const std::vector<EntityEdit>& edits);

// OK when every reference that comes leads to an entity that is live after the commit, and nothing
// live refers to an entity that the commit deletes. Else FAILED_PRECONDITION with the missing
// entities, or with up to 10 of the referrers. Cost: for a deletion at a past revision, that of
// reading all its entities, as the index of referrers has the present only.
absl::Status CheckReferences(const std::vector<ReferenceChange>& changes, const EntityView& view,
                             const EntityFacts& facts);

// Puts the difference into the write set.
void AddReferenceWrites(const std::vector<ReferenceChange>& changes, storage::WriteSet* writes);

}  // namespace cartograph::kb
