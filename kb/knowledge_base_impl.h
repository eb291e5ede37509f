// The inside of KnowledgeBase: one class, its parts in knowledge_base.cc (opening and reading),
// commit.cc, activation.cc.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kb/change_record.h"
#include "kb/entity_check.h"
#include "kb/entity_edit.h"
#include "kb/entity_facts.h"
#include "kb/knowledge_base.h"
#include "kb/reference_check.h"
#include "kb/version_chain.h"
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

  // The version at the store's visible revision: loads the active pack, compiles and evaluates.
  absl::StatusOr<Version> LoadVersion() const;
  absl::StatusOr<std::shared_ptr<const ActivePack>> LoadPack(
      const storage::StoreSnapshot& view) const;

  absl::Time Now() const;
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

  Decision<CommitResult> DecideCommit(const std::vector<v1::Mutation>& mutations,
                                      const std::vector<v1::Precondition>& preconditions,
                                      const WriteContext& context) ABSL_LOCKS_EXCLUDED(writer_);
  absl::StatusOr<CommitResult> Apply(const std::vector<EntityEdit>& edits, const Version& tip,
                                     const Stamp& stamp, const WriteContext& context)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_);
  absl::StatusOr<rules::Maintained> MaintainFor(
      const std::vector<EntityEdit>& edits, const std::shared_ptr<const rules::Model>& model) const;
  absl::StatusOr<rules::Delta> BaseDelta(const std::vector<EntityEdit>& edits,
                                         const rules::Model& model) const;
  absl::Status CheckSymbols(const std::vector<EntityEdit>& edits) const;
  std::vector<uint64_t> LiveAfter(const std::vector<EntityEdit>& edits,
                                  std::vector<uint64_t> live) const;
  absl::StatusOr<CommitResult> ReplayCommit(base::Revision revision) const;

  // Compiles `pack` into tables over the shared ones, checks its questions and runs its tests.
  absl::StatusOr<ActivationResult> Trial(const v1::RulePack& pack) const;
  Decision<ActivationResult> DecideActivation(const v1::RulePack& pack, const WriteContext& context,
                                              ActivationResult trial) ABSL_LOCKS_EXCLUDED(writer_);
  absl::StatusOr<std::shared_ptr<const rules::Model>> Rebase(
      const rules::Model& model, std::shared_ptr<const rules::Program> program) const;
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
  std::unique_ptr<VersionChain> chain_;  // set once, by Open
  mutable base::Mutex writer_;
};

}  // namespace cartograph::kb
