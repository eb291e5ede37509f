#include "kb/change_log.h"

#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "base/status.h"
#include "kb/change_record.h"
#include "kb/snapshot.h"
#include "storage/store_snapshot.h"

namespace cartograph::kb {
namespace {

// The source of the evidence called `name` as of `revision`; nothing when there was none.
absl::Status AddSourceOf(const std::string& name, base::Revision revision,
                         const storage::StoreSnapshot& store, std::set<std::string>* sources) {
  absl::StatusOr<storage::Version> version = store.GetAt(name, revision);
  if (absl::IsNotFound(version.status())) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(version.status());
  if (version->bytes.has_value()) {
    ASSIGN_OR_RETURN(v1::Entity entity, ParseEntity(name, version->bytes->view()));
    sources->insert(entity.evidence().source());
  }
  return absl::OkStatus();
}

// Adds the sources that one entity changed at `revision` is, or rests on before or after.
absl::Status AddSourcesOf(const v1::EntityChange& entity, base::Revision revision,
                          const storage::StoreSnapshot& store, std::set<std::string>* sources) {
  if (absl::StartsWith(entity.name(), "sources/")) {
    sources->insert(entity.name());
  } else if (absl::StartsWith(entity.name(), "evidence/")) {
    base::Revision before(revision.number() - 1);
    RETURN_IF_ERROR(AddSourceOf(entity.name(), before, store, sources));
    RETURN_IF_ERROR(AddSourceOf(entity.name(), revision, store, sources));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> SourcesOf(const Change& change,
                                                   const storage::StoreSnapshot& store) {
  std::set<std::string> sources;
  for (const v1::EntityChange& entity : change.record.entities()) {
    if (entity.kind() == v1::ENTITY_CHANGE_KIND_UNCHANGED) {
      continue;
    }
    RETURN_IF_ERROR(AddSourcesOf(entity, change.revision, store, &sources));
  }
  return std::vector<std::string>(sources.begin(), sources.end());
}

}  // namespace

std::shared_ptr<const Change> ChangeLog::Find(base::Revision revision) const {
  for (const std::shared_ptr<const Change>& change : kept_) {
    if (change->revision == revision) {
      return change;
    }
  }
  return nullptr;
}

absl::StatusOr<std::shared_ptr<const Change>> ChangeLog::Get(base::Revision revision,
                                                             const storage::StoreSnapshot& store) {
  {
    base::MutexLock lock(&mutex_);
    if (std::shared_ptr<const Change> found = Find(revision)) {
      return found;
    }
  }
  auto change = std::make_shared<Change>();
  change->revision = revision;
  ASSIGN_OR_RETURN(storage::PinnedBytes bytes, store.ReadChange(revision));
  ASSIGN_OR_RETURN(change->record, ParseChangeRecord(bytes.view()));
  if (change->record.delta_omitted()) {
    RETURN_IF_ERROR(derive_(revision, &change->record));
  }
  ASSIGN_OR_RETURN(change->sources, SourcesOf(*change, store));
  base::MutexLock lock(&mutex_);
  // Watchers wake together: another may have read it meanwhile, and one copy is enough to keep.
  if (std::shared_ptr<const Change> found = Find(revision)) {
    return found;
  }
  kept_.push_back(change);
  if (kept_.size() > kept_max_) {
    kept_.pop_front();
  }
  return std::shared_ptr<const Change>(std::move(change));
}

}  // namespace cartograph::kb
