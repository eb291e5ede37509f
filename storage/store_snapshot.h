// StoreSnapshot: the stored bytes as they stood after one revision.

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/revision.h"
#include "storage/pinned_bytes.h"
#include "storage/write_set.h"

namespace cartograph::storage {

// One version of an entity or of a rule pack: what it was, and the revision that wrote it.
struct Version {
  base::Revision revision;
  std::optional<PinnedBytes> bytes;  // nullopt: deleted at `revision`
};

// A page of names of those who refer to an entity.
struct ReferrerPage {
  std::vector<Reference> referrers;  // by (from, field)
  bool more = false;                 // the limit cut the list
};

// Which entities VisitEntities goes through: names that begin with `prefix` and come after
// `start_after`, as they stood at `as_of`.
struct EntityRange {
  absl::string_view prefix;
  absl::string_view start_after;        // empty: from the first
  std::optional<base::Revision> as_of;  // nullopt: the snapshot's own revision, which is faster
};

// Sees one entity; the views hold only during the call. Returns false to stop the visit.
using EntityVisitor = absl::FunctionRef<bool(absl::string_view name, absl::string_view bytes)>;
using ChangeVisitor = absl::FunctionRef<bool(base::Revision revision, absl::string_view change)>;

// A read view of revisions ≤ revision(), and of nothing later: complete, immutable.
//
// Invariants: 1. Every write of a revision ≤ revision() is in it, whole. 2. It outlives the Store
// it came from; the folder stays locked until the last snapshot is gone. Thread-safety: any thread,
// any number at once. Errors: every function may return DATA_LOSS (stored bytes do not decode or
// fail their checksum) or UNAVAILABLE (the disk did not answer). Never a short answer instead: a
// visit that met damage returns its status. Cost: a held snapshot keeps old versions from being
// compacted away; pin it for a request, not for a session.
class StoreSnapshot {
 public:
  class Impl;  // in store_snapshot_impl.h: only storage makes one
  explicit StoreSnapshot(std::unique_ptr<Impl> impl);
  ~StoreSnapshot();
  StoreSnapshot(const StoreSnapshot&) = delete;
  StoreSnapshot& operator=(const StoreSnapshot&) = delete;

  base::Revision revision() const;

  // Entities. NOT_FOUND for a name that does not exist (or no longer, or not yet).
  absl::StatusOr<PinnedBytes> Get(absl::string_view name) const;
  // In the order of `names`; nullopt where Get would say NOT_FOUND.
  absl::StatusOr<std::vector<std::optional<PinnedBytes>>> MultiGet(
      absl::Span<const std::string> names) const;
  // The newest version of `name` at or before `as_of`, which may be a deletion. NOT_FOUND when it
  // had none yet; OUT_OF_RANGE for an `as_of` later than revision().
  absl::StatusOr<Version> GetAt(absl::string_view name, base::Revision as_of) const;
  // In the order of names, bytewise. OUT_OF_RANGE as for GetAt.
  absl::Status VisitEntities(const EntityRange& range, EntityVisitor visitor) const;
  // The revisions that wrote or deleted `name`, newest first, those before `before` (0: all), at
  // most `limit`. Empty for a name that never was.
  absl::StatusOr<std::vector<base::Revision>> ListRevisions(absl::string_view name, size_t limit,
                                                            base::Revision before = {}) const;

  // Who refers to `to`, at most `limit`.
  absl::StatusOr<ReferrerPage> Referrers(absl::string_view to, size_t limit) const;

  // The change-log record of a revision. NOT_FOUND for revision 0 and those after revision().
  absl::StatusOr<PinnedBytes> ReadChange(base::Revision revision) const;
  // The records of (after, revision()], oldest first.
  absl::Status VisitChanges(base::Revision after, ChangeVisitor visitor) const;

  // The revision that a request id wrote; nullopt when it is unknown or long forgotten.
  absl::StatusOr<std::optional<base::Revision>> FindRequest(absl::string_view request_id) const;

  // Rule packs: the newest text of `name` at or before `as_of`. NOT_FOUND when there was none.
  absl::StatusOr<Version> GetRulePack(absl::string_view name, base::Revision as_of) const;
  // Every text ever put, by name, newest first within a name.
  absl::StatusOr<std::vector<RulePackRef>> ListRulePacks() const;
  // The packs active at `as_of`, as the write set that activated them named them. Empty: none yet.
  absl::StatusOr<std::vector<RulePackRef>> ActiveRulePacks(base::Revision as_of) const;

  // NOT_FOUND when no such text is attached. REQUIRES: 32 raw bytes.
  absl::StatusOr<PinnedBytes> GetText(absl::string_view sha256) const;
  // kb's own small values. NOT_FOUND when unset.
  absl::StatusOr<PinnedBytes> GetMeta(absl::string_view key) const;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace cartograph::storage
