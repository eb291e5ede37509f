// KnowledgeBase: reads at a revision or a time, also one that memory no longer holds, and what a
// revision changed.

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "kb/base_model.h"
#include "kb/error_details.h"
#include "kb/knowledge_base_impl.h"
#include "kb/rule_packs.h"

namespace cartograph::kb {
namespace {

// One revision after the other is derived in an overlay of the one before: up to so many.
constexpr uint32_t kOverlaysMax = 16;
constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();

// The last revision in [0, last] committed at or before `time`: commit times never go back.
absl::StatusOr<base::Revision> LastCommittedBy(absl::Time time, const storage::StoreSnapshot& store,
                                               base::Revision last) {
  uint64_t known = 0;  // committed by then
  uint64_t after = last.number() + 1;
  while (after - known > 1) {
    uint64_t middle = known + (after - known) / 2;
    ASSIGN_OR_RETURN(absl::Time committed, CommitTime(store, base::Revision(middle)));
    (committed <= time ? known : after) = middle;
  }
  return base::Revision(known);
}

}  // namespace

absl::StatusOr<std::optional<base::Revision>> KnowledgeBase::Impl::RevisionOf(
    const v1::ReadOptions& read) const {
  if (read.state_case() == v1::ReadOptions::kAtRevision) {
    return std::make_optional(base::Revision(read.at_revision()));
  }
  if (read.state_case() != v1::ReadOptions::kAtTime) {
    return std::optional<base::Revision>();
  }
  absl::Time time =
      absl::FromUnixSeconds(read.at_time().seconds()) + absl::Nanoseconds(read.at_time().nanos());
  Snapshot latest = chain_->Latest();
  if (time > TimeAfter(chain_->Tip())) {
    return ErrorWithReason(absl::StatusCode::kFailedPrecondition,
                           absl::StrCat(absl::FormatTime(time, absl::UTCTimeZone()),
                                        " is still to come: nothing is known of it"),
                           kReasonRevisionNotReached);
  }
  ASSIGN_OR_RETURN(base::Revision revision,
                   LastCommittedBy(time, latest.store(), latest.revision()));
  return std::make_optional(revision);
}

absl::StatusOr<Snapshot> KnowledgeBase::Impl::Read(const v1::ReadOptions& read) const {
  if (read.state_case() == v1::ReadOptions::kAtLeastRevision) {
    return chain_->AtLeast(base::Revision(read.at_least_revision()));
  }
  ASSIGN_OR_RETURN(std::optional<base::Revision> revision, RevisionOf(read));
  if (!revision.has_value()) {
    return chain_->Latest();
  }
  absl::StatusOr<Snapshot> held = chain_->At(*revision);
  return absl::IsOutOfRange(held.status()) ? history_.At(*revision) : held;
}

absl::StatusOr<EntityView> KnowledgeBase::Impl::ReadEntities(const v1::ReadOptions& read) const {
  if (read.state_case() == v1::ReadOptions::kAtLeastRevision) {
    return chain_->AtLeast(base::Revision(read.at_least_revision()));
  }
  ASSIGN_OR_RETURN(std::optional<base::Revision> revision, RevisionOf(read));
  if (!revision.has_value()) {
    return chain_->Latest();
  }
  absl::StatusOr<Snapshot> held = chain_->At(*revision);
  if (absl::IsOutOfRange(held.status())) {
    return PastEntities(*revision);
  }
  return held;
}

absl::StatusOr<EntityView> KnowledgeBase::Impl::PastEntities(base::Revision revision) const {
  std::shared_ptr<const storage::StoreSnapshot> store = store_->Latest();
  ASSIGN_OR_RETURN(std::shared_ptr<const ActivePack> pack, LoadPack(*store, revision));
  return EntityView(revision, std::move(store), std::move(pack));
}

absl::StatusOr<History::Rebuilt> KnowledgeBase::Impl::Rebuild(base::Revision revision) const {
  ASSIGN_OR_RETURN(EntityView view, PastEntities(revision));
  base::Budget budget(options_.history_budget);
  absl::StatusOr<Version> version = Evaluated(view, MakeOverlay(interning_), &budget);
  RETURN_IF_ERROR(WithReason(version.status(), kReasonLimitReached));
  return History::Rebuilt{std::move(view), std::move(version->model)};
}

absl::StatusOr<std::shared_ptr<const Change>> KnowledgeBase::Impl::ReadChange(
    base::Revision revision) const {
  return changes_.Get(revision, Latest().store());
}

absl::Status KnowledgeBase::Impl::DeriveDelta(base::Revision revision,
                                              v1::ChangeRecord* record) const {
  record->clear_delta_omitted();
  record->clear_facts_removed();
  record->clear_facts_added();
  base::Revision previous(revision.number() - 1);
  absl::StatusOr<Snapshot> before = chain_->At(previous);
  absl::StatusOr<Snapshot> after = chain_->At(revision);
  if (!before.ok() || !after.ok()) {
    return ReplayDelta(revision, record);
  }
  RecordDifference(before->model(), after->model(), kNoLimit, record);
  return absl::OkStatus();
}

// Does to the model of the revision before what `revision` did.
absl::Status KnowledgeBase::Impl::ReplayDelta(base::Revision revision,
                                              v1::ChangeRecord* record) const {
  v1::ReadOptions read;
  read.set_at_revision(revision.number() - 1);
  ASSIGN_OR_RETURN(Snapshot before, Read(read));
  if (before.model().interning().symbols.depth() >= kOverlaysMax) {
    ASSIGN_OR_RETURN(History::Rebuilt rebuilt, Rebuild(before.revision()));
    before = history_.Keep(std::move(rebuilt));
  }
  ASSIGN_OR_RETURN(EntityView after, PastEntities(revision));
  std::shared_ptr<rules::Interning> overlay = MakeOverlay(before.model().program().interning);
  std::shared_ptr<const rules::Model> model;
  base::Budget budget(options_.history_budget);
  if (record->has_rule_pack()) {
    rules::CompileResult compiled =
        CompileFiles(after.pack()->pack.files(), schema_->base_schema(), overlay);
    if (compiled.program == nullptr) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the rule pack ", after.pack()->label(), " does not compile:\n", ErrorsOf(compiled)));
    }
    ASSIGN_OR_RETURN(model, Rebase(before.model(), compiled.program, &budget));
    RecordDifference(before.model(), *model, kNoLimit, record);
  } else {
    ASSIGN_OR_RETURN(std::vector<EntityEdit> edits, PastEdits(*record, before, after));
    ASSIGN_OR_RETURN(rules::Maintained maintained,
                     MaintainFor(edits, OverlayModel(before.model(), std::move(overlay)), &budget));
    model = std::move(maintained.model);
    RecordDelta(maintained.delta, *model, kNoLimit, record);
  }
  history_.Keep({std::move(after), std::move(model)});
  return absl::OkStatus();
}

absl::StatusOr<std::vector<EntityEdit>> KnowledgeBase::Impl::PastEdits(
    const v1::ChangeRecord& record, const EntityView& before, const EntityView& after) const {
  std::vector<EntityEdit> edits;
  for (const v1::EntityChange& change : record.entities()) {
    EntityEdit edit{.name = change.name(), .kind = change.kind()};
    ASSIGN_OR_RETURN(edit.before, before.GetEntity(change.name()));
    ASSIGN_OR_RETURN(std::optional<v1::Entity> entity, after.GetEntity(change.name()));
    if (!entity.has_value()) {
      return absl::DataLossError(absl::StrCat("the history of ", change.name(), " lacks revision ",
                                              after.revision().number()));
    }
    edit.after = *std::move(entity);
    edits.push_back(std::move(edit));
  }
  return edits;
}

}  // namespace cartograph::kb
