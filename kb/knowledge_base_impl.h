// The inside of KnowledgeBase: one class, its parts in knowledge_base.cc (opening and reading),
// commit.cc, activation.cc.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kb/change_log.h"
#include "kb/change_record.h"
#include "kb/entity_check.h"
#include "kb/entity_edit.h"
#include "kb/entity_facts.h"
#include "kb/history.h"
#include "kb/knowledge_base.h"
#include "kb/reference_check.h"
#include "kb/simulation.h"
#include "kb/version_chain.h"
#include "kb/watch_hub.h"
#include "storage/store.h"

namespace cartograph::kb {

// Locks: `writer_` is held while a version is prepared and appended, never while a flush is waited
// for; the chain's own lock is taken inside it, never the other way round.
class KnowledgeBase::Impl {
 public:
  static absl::StatusOr<std::unique_ptr<Impl>> Open(const KnowledgeBaseOptions& options,
                                                    std::unique_ptr<storage::Store> store);

  const EntitySchema& schema() const { return *schema_; }
  Snapshot Latest() const { return chain_->Latest(); }
  absl::StatusOr<Snapshot> Read(const v1::ReadOptions& read) const;
  absl::StatusOr<EntityView> ReadEntities(const v1::ReadOptions& read) const;
  absl::StatusOr<std::shared_ptr<const Change>> ReadChange(base::Revision revision) const;
  absl::StatusOr<Simulated> Simulate(const Simulation& simulation, const Snapshot& before,
                                     base::Budget* budget) const;
  WatchHub& watch_hub() { return *watch_hub_; }

  absl::StatusOr<CommitResult> Commit(const std::vector<v1::Mutation>& mutations,
                                      const std::vector<v1::Precondition>& preconditions,
                                      const WriteContext& context);

  rules::CompileResult CompileRules(const std::vector<v1::RuleFile>& files) const;
  absl::StatusOr<ActivationResult> TestPack(const v1::RulePack& pack) const;
  absl::StatusOr<ActivationResult> Activate(const v1::RulePack& pack, const WriteContext& context);
  absl::StatusOr<std::vector<v1::RulePackInfo>> ListPacks() const;
  absl::StatusOr<v1::GetRulePackResponse> GetPack(base::Revision revision) const;

  absl::StatusOr<std::vector<v1::Entity>> ListRevisions(const std::string& name,
                                                        base::Revision before, size_t limit) const;

  absl::Status AttachText(const std::string& sha256, const std::string& text,
                          const WriteContext& context);
  absl::StatusOr<std::optional<std::string>> GetText(const std::string& sha256) const;

  absl::StatusOr<Stats> GetStats() const;

 private:
  // What the writer decided. The answer may be given once `basis` is published: it rests on that
  // revision, which is the decision's own when it wrote something.
  template <typename Result>
  struct Decision {
    base::Revision basis;
    absl::StatusOr<Result> result;
    bool replay = false;  // `basis` is the revision that the request id wrote earlier
  };

  Impl(const KnowledgeBaseOptions& options, std::unique_ptr<EntitySchema> schema,
       std::unique_ptr<storage::Store> store);

  // The version at the store's visible revision.
  absl::StatusOr<Version> LoadVersion() const;
  // Compiles the view's pack and evaluates it over its entities; new symbols go to `interning`.
  absl::StatusOr<Version> Evaluated(const EntityView& view,
                                    std::shared_ptr<rules::Interning> interning,
                                    base::Budget* budget) const;
  absl::StatusOr<std::shared_ptr<const ActivePack>> LoadPack(const storage::StoreSnapshot& store,
                                                             base::Revision revision) const;
  // The revision that `read` asks for; nothing: the latest.
  absl::StatusOr<std::optional<base::Revision>> RevisionOf(const v1::ReadOptions& read) const;
  // The entities of a revision that memory does not hold.
  absl::StatusOr<EntityView> PastEntities(base::Revision revision) const;
  absl::StatusOr<History::Rebuilt> Rebuild(base::Revision revision) const;
  // Fills the delta of `revision`, which its record left out.
  absl::Status DeriveDelta(base::Revision revision, v1::ChangeRecord* record) const;
  absl::Status ReplayDelta(base::Revision revision, v1::ChangeRecord* record) const;
  absl::StatusOr<std::vector<EntityEdit>> PastEdits(const v1::ChangeRecord& record,
                                                    const EntityView& before,
                                                    const EntityView& after) const;

  // The clock's time, or that of the version written last where the clock went back.
  absl::Time TimeAfter(const Version& tip) const;
  void CheckContext(const WriteContext& context, Violations* violations) const;
  absl::Status CheckCommit(const std::vector<v1::Mutation>& mutations,
                           const std::vector<v1::Precondition>& preconditions,
                           const WriteContext& context) const;
  v1::ChangeRecord NewRecord(const WriteContext& context, absl::Time time) const;

  // Waits until `revision` is durable and published. UNAVAILABLE: the flush failed, and pending
  // versions are dropped.
  absl::Status Publish(base::Revision revision) ABSL_LOCKS_EXCLUDED(writer_);
  // Appends `writes` as version.revision, which becomes the tip.
  absl::Status Append(const storage::WriteSet& writes, Version version)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_);
  // The revision that the request id wrote, pending ones included.
  absl::StatusOr<std::optional<base::Revision>> FindRequest(const WriteContext& context) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_);

  // What the next version builds on.
  EntityView WriterView(const Version& tip) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_) {
    return EntityView(tip.revision, store_->WriterView(), tip.pack);
  }
  Decision<CommitResult> DecideCommit(const std::vector<v1::Mutation>& mutations,
                                      const std::vector<v1::Precondition>& preconditions,
                                      const WriteContext& context) ABSL_LOCKS_EXCLUDED(writer_);
  absl::StatusOr<CommitResult> Apply(const std::vector<EntityEdit>& edits, const Version& tip,
                                     const Stamp& stamp, const WriteContext& context)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_);
  absl::StatusOr<rules::Maintained> MaintainFor(const std::vector<EntityEdit>& edits,
                                                const std::shared_ptr<const rules::Model>& model,
                                                base::Budget* budget) const;
  absl::StatusOr<rules::Delta> BaseDelta(const std::vector<EntityEdit>& edits,
                                         const rules::Model& model) const;
  absl::Status CheckSymbols(const std::vector<EntityEdit>& edits) const;
  std::vector<uint64_t> LiveAfter(const std::vector<EntityEdit>& edits,
                                  std::vector<uint64_t> live) const;
  absl::StatusOr<CommitResult> ReplayCommit(base::Revision revision) const;

  // Compiles `pack` into tables over `interning`, checks its questions and runs its tests.
  absl::StatusOr<ActivationResult> Trial(const v1::RulePack& pack,
                                         std::shared_ptr<rules::Interning> interning) const;
  // As Trial and Rebase, over `model`.
  absl::Status SimulatePack(const v1::RulePack& pack, base::Budget* budget,
                            std::shared_ptr<const rules::Model>* model, Simulated* simulated) const;
  Decision<ActivationResult> DecideActivation(const v1::RulePack& pack, const WriteContext& context,
                                              ActivationResult trial) ABSL_LOCKS_EXCLUDED(writer_);
  absl::StatusOr<std::shared_ptr<const rules::Model>> Rebase(
      const rules::Model& model, std::shared_ptr<const rules::Program> program,
      base::Budget* budget) const;
  absl::StatusOr<ActivationResult> Switch(const v1::RulePack& pack, const WriteContext& context,
                                          const Version& tip, ActivationResult result)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_);
  absl::StatusOr<ActivationResult> ReplayActivation(base::Revision revision) const;

  const KnowledgeBaseOptions options_;
  const std::unique_ptr<EntitySchema> schema_;
  const EntityCheck check_;
  const EntityFacts facts_;         // of what clients write: limited
  const EntityFacts stored_facts_;  // of what is stored already: not limited again
  const std::shared_ptr<rules::Interning> interning_;
  const std::unique_ptr<storage::Store> store_;
  std::unique_ptr<WatchHub> watch_hub_;  // set once, by Open
  std::unique_ptr<VersionChain> chain_;  // set once, by Open
  mutable History history_;
  mutable ChangeLog changes_;
  mutable base::Mutex writer_;
};

}  // namespace cartograph::kb
