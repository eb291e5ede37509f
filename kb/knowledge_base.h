// KnowledgeBase: where storage and rules meet. The order of commits, of publication, and of locks
// is decided here.

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/budget.h"
#include "base/revision.h"
#include "cartograph/v1/change.pb.h"
#include "cartograph/v1/entity_service.pb.h"
#include "cartograph/v1/fact.pb.h"
#include "cartograph/v1/rule_service.pb.h"
#include "kb/change_log.h"
#include "kb/entity_schema.h"
#include "kb/simulation.h"
#include "kb/snapshot.h"
#include "kb/watch_hub.h"
#include "rules/compile.h"

namespace cartograph::storage {
class Store;
}

namespace cartograph::kb {

struct KnowledgeBaseOptions {
  std::string data_dir;
  // Of one commit or activation; no time limit, so that replay decides as the first run did.
  base::BudgetLimits commit_budget;
  size_t mutations_max = 1000;            // of one commit: bounds the time the writer is held
  size_t entity_bytes_max = 256 << 10;    // of one entity
  size_t facts_per_entity_max = 100'000;  // base facts fed by one entity
  size_t symbols_max = 200'000'000;       // distinct strings in memory
  size_t snapshots_held_max = 64;         // recent revisions whose facts stay in memory
  size_t history_held_max = 4;    // older ones, derived again, that stay in memory for a while
  size_t changes_held_max = 256;  // changes that watchers read last, kept for the others
  // Of deriving the facts of an older revision again.
  base::BudgetLimits history_budget = {.facts_max = 0,
                                       .bytes_max = uint64_t{8} << 30,
                                       .time_max = std::chrono::milliseconds(120'000)};
  std::function<absl::Time()> clock;  // null: absl::Now
};

// Who writes, and why.
struct WriteContext {
  std::string actor;
  std::string reason;
  std::string request_id;  // "" for none
  bool validate_only = false;
  bool force = false;  // of an activation: even where stubs of the pack's questions would break
};

struct CommitResult {
  base::Revision revision;           // validate_only: the revision the check was made against
  std::vector<v1::Entity> entities;  // as stored, in the order of the mutations
  std::vector<v1::EntityChangeKind> changes;  // what became of each of them
  uint64_t facts_removed = 0;
  uint64_t facts_added = 0;
  bool replayed = false;  // the request id had been applied: the revision is that of the first time
};

struct ActivationResult {
  bool activated = false;
  base::Revision revision;
  rules::CompileResult compiled;
  std::vector<v1::RuleTestResult> tests;
  uint64_t facts_removed = 0;
  uint64_t facts_added = 0;
};

// The service without its wire.
//
// Thread-safety: all methods may be called from any thread. One writer at a time prepares; readers
// never wait. Errors carry google.rpc details as payloads, under
// "type.googleapis.com/google.rpc.BadRequest" and the like.
class KnowledgeBase {
 public:
  // Opens or creates the store below options.data_dir and evaluates the active pack over its
  // entities.
  static absl::StatusOr<std::unique_ptr<KnowledgeBase>> Open(const KnowledgeBaseOptions& options);
  // As Open, over a store that is open already; options.data_dir is not read. How tests make a disk
  // fail.
  static absl::StatusOr<std::unique_ptr<KnowledgeBase>> OpenOnStore(
      const KnowledgeBaseOptions& options, std::unique_ptr<storage::Store> store);
  ~KnowledgeBase();
  KnowledgeBase(const KnowledgeBase&) = delete;
  KnowledgeBase& operator=(const KnowledgeBase&) = delete;

  // What the proto annotations say.
  const EntitySchema& schema() const;

  // The latest published snapshot.
  Snapshot Latest() const;
  // What `read` asks for; may take as long as an evaluation from scratch when the revision is no
  // longer in memory. FAILED_PRECONDITION: not reached yet. RESOURCE_EXHAUSTED: the budget ended.
  absl::StatusOr<Snapshot> Read(const v1::ReadOptions& read) const;
  // As Read, without the facts: never evaluates anything.
  absl::StatusOr<EntityView> ReadEntities(const v1::ReadOptions& read) const;

  // What made `revision`, its facts included. REQUIRES: 0 < revision ≤ Latest().revision(). May
  // take as long as Read for a large change of long ago.
  absl::StatusOr<std::shared_ptr<const Change>> ReadChange(base::Revision revision) const;
  // Wakes those who wait for a revision.
  WatchHub& watch_hub();

  // Applies `mutations` as one revision. Returns when it is durable and published.
  //
  // Errors: INVALID_ARGUMENT (field violations), NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION
  // (references, preconditions), ABORTED (etag), RESOURCE_EXHAUSTED (budget); nothing has changed
  // then. UNAVAILABLE: the store refuses writes.
  absl::StatusOr<CommitResult> Commit(const std::vector<v1::Mutation>& mutations,
                                      const std::vector<v1::Precondition>& preconditions,
                                      const WriteContext& context);

  // What would follow from `simulation` at `before`; nothing is changed, nobody is made to wait.
  //
  // Errors: as Commit and Activate; those of `budget`.
  absl::StatusOr<Simulated> Simulate(const Simulation& simulation, const Snapshot& before,
                                     base::Budget* budget) const;

  // Compiles text against the base relations. Never changes anything.
  rules::CompileResult CompileRules(const std::vector<v1::RuleFile>& files) const;
  // Compiles `pack` and runs its tests.
  absl::StatusOr<ActivationResult> TestPack(const v1::RulePack& pack) const;
  // Compiles, tests, evaluates, and makes `pack` the active one as a revision.
  absl::StatusOr<ActivationResult> Activate(const v1::RulePack& pack, const WriteContext& context);
  // All activations, newest first.
  absl::StatusOr<std::vector<v1::RulePackInfo>> ListPacks() const;
  // The pack activated at `revision`; 0: the active one. NOT_FOUND when there is none.
  absl::StatusOr<v1::GetRulePackResponse> GetPack(base::Revision revision) const;

  // The entity as each of its revisions left it, newest first, those before `before` (0: all), at
  // most `limit`.
  absl::StatusOr<std::vector<v1::Entity>> ListRevisions(const std::string& name,
                                                        base::Revision before, size_t limit) const;

  // Texts of documents, by SHA-256 in lower-case hexadecimal.
  // `context` says who and why; its other fields are not read.
  absl::Status AttachText(const std::string& sha256, const std::string& text,
                          const WriteContext& context = {});
  absl::StatusOr<std::optional<std::string>> GetText(const std::string& sha256) const;

  // Counts for the operator. Fills entities, base_facts, derived_facts, model_bytes, symbols,
  // store_bytes.
  struct Stats {
    std::vector<std::pair<std::string, uint64_t>> entities;  // live, by collection
    uint64_t base_facts = 0;
    uint64_t derived_facts = 0;
    uint64_t model_bytes = 0;
    uint64_t symbols = 0;
    uint64_t store_bytes = 0;
  };
  absl::StatusOr<Stats> GetStats() const;

 private:
  class Impl;
  explicit KnowledgeBase(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cartograph::kb
