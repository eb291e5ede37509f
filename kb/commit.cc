// KnowledgeBase::Commit: check, decide under the writer's lock, wait for the flush, answer.

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"
#include "kb/base_model.h"
#include "kb/entity_plan.h"
#include "kb/error_details.h"
#include "kb/knowledge_base_impl.h"
#include "kb/rule_packs.h"
#include "kb/violations.h"

namespace cartograph::kb {
namespace {

constexpr size_t kActorBytesMax = 128;
constexpr size_t kReasonBytesMax = 1024;
constexpr size_t kRequestIdBytesMax = 128;  // an import adds its chunk's number to the client's 64

// "mutations[2].create" in a commit of several, "entity" in a commit of one.
std::string PathOf(const v1::Mutation& mutation, size_t index, size_t count) {
  bool names_only = mutation.kind_case() == v1::Mutation::kDelete ||
                    mutation.kind_case() == v1::Mutation::kUndelete;
  if (count == 1) {
    return names_only ? "name" : "entity";
  }
  const auto* oneof = v1::Mutation::descriptor()->oneof_decl(0);
  const auto* kind = mutation.GetReflection()->GetOneofFieldDescriptor(mutation, oneof);
  return absl::StrCat("mutations[", index, "].", kind->name());
}

const v1::Entity* EntityOf(const v1::Mutation& mutation) {
  switch (mutation.kind_case()) {
    case v1::Mutation::kCreate:
      return &mutation.create();
    case v1::Mutation::kUpdate:
      return &mutation.update();
    case v1::Mutation::kPut:
      return &mutation.put();
    default:
      return nullptr;
  }
}

// Checks the mutations of one commit, one after the other.
class MutationsCheck {
 public:
  MutationsCheck(const EntitySchema& schema, const EntityCheck& check, Violations* violations)
      : schema_(schema), check_(check), violations_(violations) {}

  void Add(const v1::Mutation& mutation, size_t index, size_t count) {
    bool unknown = !mutation.GetReflection()->GetUnknownFields(mutation).empty();
    if (mutation.kind_case() == v1::Mutation::KIND_NOT_SET || unknown) {
      violations_->Add(
          absl::StrCat("mutations[", index, "]"),
          unknown ? "has a field of unknown number" : "says nothing: set one of its kinds");
      return;
    }
    std::string path = PathOf(mutation, index, count);
    if (const v1::Entity* entity = EntityOf(mutation); entity != nullptr) {
      check_.Check(*entity, path, violations_);
    } else {
      CheckName(schema_, NameOf(mutation), path, violations_);
    }
    if (!names_.insert(NameOf(mutation)).second) {
      violations_->Add(path, absl::StrCat("is the second mutation of ", NameOf(mutation)));
    }
  }

 private:
  const EntitySchema& schema_;
  const EntityCheck& check_;
  Violations* const violations_;
  std::set<absl::string_view> names_;
};

void CheckPrecondition(const EntitySchema& schema, const v1::Precondition& precondition,
                       size_t index, Violations* violations) {
  std::string path = absl::StrCat("preconditions[", index, "]");
  CheckName(schema, precondition.name(), absl::StrCat(path, ".name"), violations);
  if (precondition.condition_case() == v1::Precondition::CONDITION_NOT_SET) {
    violations->Add(path, "says nothing: set one of its conditions");
  }
}

struct ShortText {
  const char* field;
  const std::string& text;
  size_t bytes_max;
  bool multiline;
};

void CheckShortText(const ShortText& text, Violations* violations) {
  if (text.text.size() > text.bytes_max) {
    violations->Add(text.field, absl::StrCat("has ", text.text.size(), " bytes; at most ",
                                             text.bytes_max, " are allowed"));
  } else if (absl::string_view problem = TextProblem(text.text, text.multiline); !problem.empty()) {
    violations->Add(text.field, std::string(problem));
  }
}

// A rule that cannot be evaluated over the new facts says that the state forbids the commit, not
// that it is malformed.
absl::Status EvaluationError(const absl::Status& status) {
  if (absl::IsInvalidArgument(status)) {
    return ErrorWithReason(
        absl::StatusCode::kFailedPrecondition,
        absl::StrCat("the active rules cannot be evaluated over this: ", status.message()),
        kReasonPreconditionFailed);
  }
  return WithReason(status, kReasonLimitReached);
}

}  // namespace

void KnowledgeBase::Impl::CheckContext(const WriteContext& context, Violations* violations) const {
  if (context.actor.empty()) {
    violations->Add("actor", "is required");
  }
  CheckShortText({"actor", context.actor, kActorBytesMax, false}, violations);
  CheckShortText({"write.reason", context.reason, kReasonBytesMax, true}, violations);
  CheckShortText({"write.request_id", context.request_id, kRequestIdBytesMax, false}, violations);
}

absl::Status KnowledgeBase::Impl::CheckCommit(const std::vector<v1::Mutation>& mutations,
                                              const std::vector<v1::Precondition>& preconditions,
                                              const WriteContext& context) const {
  Violations violations;
  CheckContext(context, &violations);
  size_t most = std::max(mutations.size(), preconditions.size());
  if (mutations.empty() || most > options_.mutations_max) {
    violations.Add(preconditions.size() > mutations.size() ? "preconditions" : "mutations",
                   absl::StrCat("has ", most, " elements; 1 to mutations_max = ",
                                options_.mutations_max, " are allowed"));
    return violations.ToStatus();
  }
  MutationsCheck check(*schema_, check_, &violations);
  for (size_t i = 0; i < mutations.size(); ++i) {
    check.Add(mutations[i], i, mutations.size());
  }
  for (size_t i = 0; i < preconditions.size(); ++i) {
    CheckPrecondition(*schema_, preconditions[i], i, &violations);
  }
  return violations.ToStatus();
}

v1::ChangeRecord KnowledgeBase::Impl::NewRecord(const WriteContext& context,
                                                absl::Time time) const {
  v1::ChangeRecord record;
  *record.mutable_commit_time() = ToTimestamp(time);
  record.set_actor(context.actor);
  record.set_reason(context.reason);
  record.set_request_id(context.request_id);
  record.set_verdict(v1::CHANGE_VERDICT_APPLIED);
  return record;
}

absl::Status KnowledgeBase::Impl::Publish(base::Revision revision) {
  absl::Status status = chain_->Publish(revision);
  if (!status.ok()) {
    base::MutexLock lock(&writer_);
    chain_->DropPending();
  }
  return WithReason(std::move(status), kReasonWritesRefused);
}

absl::Status KnowledgeBase::Impl::Append(const storage::WriteSet& writes, Version version) {
  absl::StatusOr<base::Revision> appended = store_->Append(writes);
  if (!appended.ok()) {
    return WithReason(appended.status(), absl::IsUnavailable(appended.status())
                                             ? kReasonWritesRefused
                                             : kReasonLimitReached);
  }
  CHECK(*appended == version.revision);
  chain_->Append(std::move(version));
  return absl::OkStatus();
}

absl::StatusOr<std::optional<base::Revision>> KnowledgeBase::Impl::FindRequest(
    const WriteContext& context) const {
  if (context.request_id.empty()) {
    return std::optional<base::Revision>();
  }
  return store_->WriterView()->FindRequest(context.request_id);
}

absl::StatusOr<CommitResult> KnowledgeBase::Impl::Commit(
    const std::vector<v1::Mutation>& mutations, const std::vector<v1::Precondition>& preconditions,
    const WriteContext& context) {
  RETURN_IF_ERROR(CheckCommit(mutations, preconditions, context));
  Decision<CommitResult> decision = DecideCommit(mutations, preconditions, context);
  RETURN_IF_ERROR(Publish(decision.basis));
  return decision.replay ? ReplayCommit(decision.basis) : std::move(decision.result);
}

KnowledgeBase::Impl::Decision<CommitResult> KnowledgeBase::Impl::DecideCommit(
    const std::vector<v1::Mutation>& mutations, const std::vector<v1::Precondition>& preconditions,
    const WriteContext& context) {
  base::MutexLock lock(&writer_);
  Version tip = chain_->Tip();
  absl::StatusOr<std::optional<base::Revision>> earlier = FindRequest(context);
  if (!earlier.ok()) {
    return {tip.revision, earlier.status()};
  }
  if (earlier->has_value()) {
    return {**earlier, CommitResult{}, true};
  }
  EntityView view = WriterView(tip);
  if (absl::Status met = CheckPreconditions(preconditions, view); !met.ok()) {
    return {tip.revision, met};
  }
  Stamp stamp{tip.revision.next(), TimeAfter(tip), context.actor};
  absl::StatusOr<std::vector<EntityEdit>> edits = MakeEdits(mutations, view, stamp);
  if (!edits.ok()) {
    return {tip.revision, edits.status()};
  }
  absl::StatusOr<CommitResult> result = Apply(*edits, tip, stamp, context);
  return {result.ok() ? result->revision : tip.revision, std::move(result)};
}

absl::StatusOr<CommitResult> KnowledgeBase::Impl::Apply(const std::vector<EntityEdit>& edits,
                                                        const Version& tip, const Stamp& stamp,
                                                        const WriteContext& context) {
  std::vector<ReferenceChange> references = ReferenceChanges(stored_facts_, edits);
  RETURN_IF_ERROR(CheckReferences(references, WriterView(tip), stored_facts_));
  std::shared_ptr<const rules::Model> model =
      context.validate_only ? OverlayModel(*tip.model, MakeOverlay(interning_)) : tip.model;
  base::Budget budget(options_.commit_budget);
  ASSIGN_OR_RETURN(rules::Maintained maintained, MaintainFor(edits, model, &budget));
  RETURN_IF_ERROR(CheckViolations(*maintained.model, maintained.delta.added));

  CommitResult result{.revision = tip.revision,
                      .facts_removed = maintained.delta.removed.size(),
                      .facts_added = maintained.delta.added.size()};
  v1::ChangeRecord record = NewRecord(context, stamp.time);
  RecordDelta(maintained.delta, *maintained.model, kDeltaBytesMax, &record);
  storage::WriteSet writes;
  for (const EntityEdit& edit : edits) {
    result.entities.push_back(edit.after);
    result.changes.push_back(edit.kind);
    v1::EntityChange* change = record.add_entities();
    change->set_name(edit.name);
    change->set_kind(edit.kind);
    if (edit.changed()) {
      writes.entities.push_back({edit.name, edit.after.SerializeAsString()});
    }
  }
  if (context.validate_only || writes.entities.empty()) {
    return result;
  }
  AddReferenceWrites(references, &writes);
  writes.change = record.SerializeAsString();
  writes.request_id = context.request_id;
  RETURN_IF_ERROR(Append(writes, {stamp.revision, std::move(maintained.model), tip.pack,
                                  LiveAfter(edits, tip.live), stamp.time}));
  result.revision = stamp.revision;
  return result;
}

// An entity that feeds more symbols than there is room for is refused before any of them is
// interned.
absl::Status KnowledgeBase::Impl::CheckSymbols(const std::vector<EntityEdit>& edits) const {
  uint64_t bytes = 0;
  for (const EntityEdit& edit : edits) {
    bytes += edit.changed() && edit.is_live() ? edit.after.ByteSizeLong() : 0;
  }
  // A symbol that an entity brings takes at least a byte of it, apart from its name and the empty
  // text.
  uint64_t symbols = interning_->symbols.size();
  if (bytes == 0 || symbols + bytes + 2 * edits.size() <= options_.symbols_max) {
    return absl::OkStatus();
  }
  return ErrorWithReason(
      absl::StatusCode::kResourceExhausted,
      absl::StrCat("there are ", symbols, " symbols; symbols_max = ", options_.symbols_max),
      kReasonLimitReached);
}

absl::StatusOr<rules::Delta> KnowledgeBase::Impl::BaseDelta(const std::vector<EntityEdit>& edits,
                                                            const rules::Model& model) const {
  rules::Delta delta;
  for (const EntityEdit& edit : edits) {
    if (!edit.changed()) {
      continue;
    }
    if (edit.before.has_value()) {
      ASSIGN_OR_RETURN(
          std::vector<rules::Fact> removed,
          stored_facts_.Facts(*edit.before, model.program(), model.program().interning.get()));
      delta.removed.insert(delta.removed.end(), removed.begin(), removed.end());
    }
    ASSIGN_OR_RETURN(std::vector<rules::Fact> added,
                     facts_.Facts(edit.after, model.program(), model.program().interning.get()));
    delta.added.insert(delta.added.end(), added.begin(), added.end());
  }
  return rules::Normalize(std::move(delta));
}

absl::StatusOr<rules::Maintained> KnowledgeBase::Impl::MaintainFor(
    const std::vector<EntityEdit>& edits, const std::shared_ptr<const rules::Model>& model,
    base::Budget* budget) const {
  RETURN_IF_ERROR(CheckSymbols(edits));
  ASSIGN_OR_RETURN(rules::Delta base, BaseDelta(edits, *model));
  if (base.empty()) {
    return rules::Maintained{.model = model};
  }
  absl::StatusOr<rules::Maintained> maintained = rules::Maintain(*model, base, budget);
  if (!maintained.ok()) {
    return EvaluationError(maintained.status());
  }
  return maintained;
}

std::vector<uint64_t> KnowledgeBase::Impl::LiveAfter(const std::vector<EntityEdit>& edits,
                                                     std::vector<uint64_t> live) const {
  for (const EntityEdit& edit : edits) {
    auto kind = static_cast<size_t>(schema_->KindOf(edit.name) - schema_->kinds().data());
    live[kind] += edit.is_live() ? 1 : 0;
    live[kind] -= edit.was_live() ? 1 : 0;
  }
  return live;
}

absl::StatusOr<CommitResult> KnowledgeBase::Impl::ReplayCommit(base::Revision revision) const {
  Snapshot latest = Latest();
  ASSIGN_OR_RETURN(storage::PinnedBytes bytes, latest.store().ReadChange(revision));
  ASSIGN_OR_RETURN(v1::ChangeRecord record, ParseChangeRecord(bytes.view()));
  CommitResult result{.revision = revision,
                      .facts_removed = record.facts_removed(),
                      .facts_added = record.facts_added(),
                      .replayed = true};
  for (const v1::EntityChange& change : record.entities()) {
    ASSIGN_OR_RETURN(storage::Version version, latest.store().GetAt(change.name(), revision));
    ASSIGN_OR_RETURN(
        v1::Entity entity,
        ParseEntity(change.name(), version.bytes.has_value() ? version.bytes->view() : ""));
    result.entities.push_back(std::move(entity));
    result.changes.push_back(change.kind());
  }
  return result;
}

}  // namespace cartograph::kb
