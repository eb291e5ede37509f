#include "kb/knowledge_base.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/sha256.h"
#include "base/status.h"
#include "kb/base_model.h"
#include "kb/error_details.h"
#include "kb/knowledge_base_impl.h"
#include "kb/rule_packs.h"
#include "kb/source_texts.h"
#include "re2/re2.h"

namespace cartograph::kb {

KnowledgeBase::Impl::Impl(const KnowledgeBaseOptions& options, std::unique_ptr<EntitySchema> schema,
                          std::unique_ptr<storage::Store> store)
    : options_(options),
      schema_(std::move(schema)),
      check_(schema_.get(), options_.entity_bytes_max),
      facts_(schema_.get(), options_.facts_per_entity_max),
      stored_facts_(schema_.get(), std::numeric_limits<size_t>::max() - 1),
      interning_(std::make_shared<rules::Interning>()),
      store_(std::move(store)),
      history_(options.history_held_max, [this](base::Revision past) { return Rebuild(past); }),
      changes_(options.changes_held_max, [this](base::Revision revision, v1::ChangeRecord* record) {
        return DeriveDelta(revision, record);
      }) {}

absl::StatusOr<std::unique_ptr<KnowledgeBase::Impl>> KnowledgeBase::Impl::Open(
    const KnowledgeBaseOptions& options, std::unique_ptr<storage::Store> store) {
  ASSIGN_OR_RETURN(std::unique_ptr<EntitySchema> schema,
                   EntitySchema::Create(v1::Entity::descriptor()));
  std::unique_ptr<Impl> impl(new Impl(options, std::move(schema), std::move(store)));
  ASSIGN_OR_RETURN(Version version, impl->LoadVersion());
  impl->watch_hub_ = std::make_unique<WatchHub>(version.revision);
  impl->chain_ = std::make_unique<VersionChain>(
      impl->store_.get(), options.snapshots_held_max, std::move(version),
      [hub = impl->watch_hub_.get()](base::Revision revision) { hub->Published(revision); });
  return impl;
}

absl::StatusOr<Version> KnowledgeBase::Impl::LoadVersion() const {
  std::shared_ptr<const storage::StoreSnapshot> store = store_->Latest();
  ASSIGN_OR_RETURN(std::shared_ptr<const ActivePack> pack, LoadPack(*store, store->revision()));
  EntityView view(store->revision(), store, std::move(pack));
  // What was accepted once is accepted: the budget is not asked again.
  base::Budget unlimited(base::BudgetLimits{.facts_max = 0});
  return Evaluated(view, interning_, &unlimited);
}

absl::StatusOr<Version> KnowledgeBase::Impl::Evaluated(const EntityView& view,
                                                       std::shared_ptr<rules::Interning> interning,
                                                       base::Budget* budget) const {
  const ActivePack* pack = view.pack();
  rules::CompileResult compiled =
      CompileFiles(pack != nullptr ? pack->pack.files() : v1::RulePack().files(),
                   schema_->base_schema(), std::move(interning));
  if (compiled.program == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the rule pack ", pack != nullptr ? pack->label() : "(none)", " of revision ",
        view.revision().number(),
        " does not compile over the base relations of this program; start the program that "
        "activated it, and activate a pack that fits both:\n",
        ErrorsOf(compiled)));
  }
  ASSIGN_OR_RETURN(BaseFacts base, LoadBaseFacts(view, *schema_, stored_facts_, *compiled.program));
  ASSIGN_OR_RETURN(std::shared_ptr<const rules::Model> model,
                   rules::Evaluate(compiled.program, std::move(base.rows), budget));
  ASSIGN_OR_RETURN(absl::Time time, CommitTime(view.store(), view.revision()));
  return Version{view.revision(), std::move(model), view.shared_pack(), std::move(base.live), time};
}

absl::StatusOr<std::shared_ptr<const ActivePack>> KnowledgeBase::Impl::LoadPack(
    const storage::StoreSnapshot& store, base::Revision revision) const {
  ASSIGN_OR_RETURN(std::vector<storage::RulePackRef> active, store.ActiveRulePacks(revision));
  if (active.empty()) {
    return std::shared_ptr<const ActivePack>();
  }
  ASSIGN_OR_RETURN(storage::Version stored, store.GetRulePack(active[0].name, active[0].revision));
  ASSIGN_OR_RETURN(v1::RulePack pack, ParsePack(active[0].name, stored));
  return std::make_shared<const ActivePack>(ActivePack{std::move(pack), active[0].revision});
}

absl::Time KnowledgeBase::Impl::TimeAfter(const Version& tip) const {
  absl::Time now = options_.clock != nullptr ? options_.clock() : absl::Now();
  return std::max(now, tip.time);
}

absl::StatusOr<std::vector<v1::Entity>> KnowledgeBase::Impl::ListRevisions(const std::string& name,
                                                                           base::Revision before,
                                                                           size_t limit) const {
  Snapshot latest = Latest();
  ASSIGN_OR_RETURN(std::vector<base::Revision> revisions,
                   latest.store().ListRevisions(name, limit, before));
  std::vector<v1::Entity> entities;
  for (base::Revision revision : revisions) {
    ASSIGN_OR_RETURN(storage::Version version, latest.store().GetAt(name, revision));
    ASSIGN_OR_RETURN(v1::Entity entity,
                     ParseEntity(name, version.bytes.has_value() ? version.bytes->view() : ""));
    entities.push_back(std::move(entity));
  }
  return entities;
}

absl::Status KnowledgeBase::Impl::AttachText(const std::string& sha256, const std::string& text,
                                             const WriteContext& context) {
  if (std::string actual = base::Sha256Hex(text); actual != sha256) {
    return absl::InvalidArgumentError(
        absl::StrCat("the SHA-256 of the text is ", actual, ", not ", sha256));
  }
  std::string key = absl::HexStringToBytes(sha256);
  base::Revision basis;
  {
    base::MutexLock lock(&writer_);
    Version next = chain_->Tip();
    basis = next.revision;
    bool attached = store_->WriterView()->GetText(key).ok();
    if (!attached) {
      basis = next.revision = next.revision.next();
      next.time = TimeAfter(next);
      v1::ChangeRecord record = NewRecord(context, next.time);
      record.add_texts(sha256);
      storage::WriteSet writes;
      writes.change = record.SerializeAsString();
      writes.texts.push_back({key, text});
      RETURN_IF_ERROR(Append(writes, std::move(next)));
    }
  }
  return Publish(basis);
}

absl::StatusOr<std::optional<std::string>> KnowledgeBase::Impl::GetText(
    const std::string& sha256) const {
  static const auto* const kForm = new RE2("[0-9a-f]{64}");
  if (!RE2::FullMatch(sha256, *kForm)) {
    return std::optional<std::string>();
  }
  std::string key = absl::HexStringToBytes(sha256);
  absl::StatusOr<storage::PinnedBytes> text = Latest().store().GetText(key);
  if (absl::IsNotFound(text.status())) {
    return std::optional<std::string>();
  }
  RETURN_IF_ERROR(text.status());
  return std::make_optional(std::string(text->view()));
}

absl::StatusOr<KnowledgeBase::Stats> KnowledgeBase::Impl::GetStats() const {
  Stats stats;
  std::vector<uint64_t> live = chain_->Live();
  for (size_t i = 0; i < live.size(); ++i) {
    stats.entities.emplace_back(schema_->kinds()[i].collection, live[i]);
  }
  Snapshot latest = Latest();
  for (const BaseRelation& relation : schema_->relations()) {
    stats.base_facts +=
        latest.model().relation(*latest.model().program().Find(relation.name)).size();
  }
  stats.derived_facts = latest.model().size() - stats.base_facts;
  stats.model_bytes = latest.model().bytes();
  stats.symbols = interning_->symbols.size();
  ASSIGN_OR_RETURN(storage::StoreStats store, store_->Stats());
  stats.store_bytes = store.table_bytes + store.wal_bytes;
  return stats;
}

// The public class hands everything on.

KnowledgeBase::KnowledgeBase(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KnowledgeBase::~KnowledgeBase() = default;

absl::StatusOr<std::unique_ptr<KnowledgeBase>> KnowledgeBase::Open(
    const KnowledgeBaseOptions& options) {
  storage::StoreOptions store_options;
  store_options.path = options.data_dir;
  store_options.create_if_missing = true;
  ASSIGN_OR_RETURN(std::unique_ptr<storage::Store> store, storage::Store::Open(store_options));
  return OpenOnStore(options, std::move(store));
}

absl::StatusOr<std::unique_ptr<KnowledgeBase>> KnowledgeBase::OpenOnStore(
    const KnowledgeBaseOptions& options, std::unique_ptr<storage::Store> store) {
  ASSIGN_OR_RETURN(std::unique_ptr<Impl> impl, Impl::Open(options, std::move(store)));
  return std::unique_ptr<KnowledgeBase>(new KnowledgeBase(std::move(impl)));
}

const EntitySchema& KnowledgeBase::schema() const { return impl_->schema(); }
Snapshot KnowledgeBase::Latest() const { return impl_->Latest(); }
absl::StatusOr<Snapshot> KnowledgeBase::Read(const v1::ReadOptions& read) const {
  return impl_->Read(read);
}
absl::StatusOr<EntityView> KnowledgeBase::ReadEntities(const v1::ReadOptions& read) const {
  return impl_->ReadEntities(read);
}
absl::StatusOr<std::shared_ptr<const Change>> KnowledgeBase::ReadChange(
    base::Revision revision) const {
  return impl_->ReadChange(revision);
}
WatchHub& KnowledgeBase::watch_hub() { return impl_->watch_hub(); }

absl::StatusOr<CommitResult> KnowledgeBase::Commit(
    const std::vector<v1::Mutation>& mutations, const std::vector<v1::Precondition>& preconditions,
    const WriteContext& context) {
  return impl_->Commit(mutations, preconditions, context);
}

absl::StatusOr<Simulated> KnowledgeBase::Simulate(const Simulation& simulation,
                                                  const Snapshot& before,
                                                  base::Budget* budget) const {
  return impl_->Simulate(simulation, before, budget);
}

rules::CompileResult KnowledgeBase::CompileRules(const std::vector<v1::RuleFile>& files) const {
  return impl_->CompileRules(files);
}
absl::StatusOr<ActivationResult> KnowledgeBase::TestPack(const v1::RulePack& pack) const {
  return impl_->TestPack(pack);
}
absl::StatusOr<ActivationResult> KnowledgeBase::Activate(const v1::RulePack& pack,
                                                         const WriteContext& context) {
  return impl_->Activate(pack, context);
}
absl::StatusOr<std::vector<v1::RulePackInfo>> KnowledgeBase::ListPacks() const {
  return impl_->ListPacks();
}
absl::StatusOr<v1::GetRulePackResponse> KnowledgeBase::GetPack(base::Revision revision) const {
  return impl_->GetPack(revision);
}

absl::StatusOr<std::vector<v1::Entity>> KnowledgeBase::ListRevisions(const std::string& name,
                                                                     base::Revision before,
                                                                     size_t limit) const {
  return impl_->ListRevisions(name, before, limit);
}
absl::Status KnowledgeBase::AttachText(const std::string& sha256, const std::string& text,
                                       const WriteContext& context) {
  return impl_->AttachText(sha256, text, context);
}
absl::StatusOr<std::optional<std::string>> KnowledgeBase::GetText(const std::string& sha256) const {
  return impl_->GetText(sha256);
}
absl::StatusOr<KnowledgeBase::Stats> KnowledgeBase::GetStats() const { return impl_->GetStats(); }

}  // namespace cartograph::kb
