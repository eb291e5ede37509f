#include "services/source_standing.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "kb/entity_check.h"
#include "kb/entity_dependents.h"
#include "kb/error_details.h"
#include "services/entity_write.h"
#include "services/fact_matcher.h"
#include "services/proto_convert.h"
#include "services/request_check.h"
#include "services/watch_delta.h"

namespace cartograph::services {
namespace {

constexpr size_t kEffectsMax = 10'000;  // in one response, and that rest on the source
constexpr size_t kBytesMax = 3 << 20;   // of the facts lost and gained
constexpr int kTriesMax = 8;            // against other writers of the source
constexpr absl::string_view kSourcePrefix = "sources/";

// Takes force from a source, or gives it back.
struct Turn {
  v1::Standing standing;
  const char* already;  // what it is when there is nothing to do
};

constexpr Turn kRetract{v1::STANDING_RETRACTED, "is retracted already"};
constexpr Turn kReinstate{v1::STANDING_REINSTATED, "is not retracted"};

template <typename Request>
absl::Status CheckRequest(const Request& request, CallContext& call) {
  RETURN_IF_ERROR(CheckWrite(request));
  kb::Violations violations;
  kb::CheckName(call.kb().schema(), request.name(), "name", &violations);
  if (violations.empty() && !absl::StartsWith(request.name(), kSourcePrefix)) {
    violations.Add("name",
                   absl::StrCat("must name a source, such as \"", kSourcePrefix, "schett-2024\""));
  }
  CheckBytes(request.etag(), kEtagBytesMax, "etag", &violations);
  CheckCount(request.patterns_size(), 0, FactMatcher::kPatternsMax, "patterns", &violations);
  CheckWriteOptions(request.write(), &violations);
  return violations.ToStatus();
}

absl::Status NothingToDo(const std::string& name, const Turn& turn) {
  return kb::ErrorWithReason(absl::StatusCode::kFailedPrecondition,
                             absl::StrCat(name, " ", turn.already), kb::kReasonPreconditionFailed);
}

bool HasTurned(const v1::Entity& source, const Turn& turn) {
  const bool retracted = source.source().standing() == v1::STANDING_RETRACTED;
  return retracted == (turn.standing == v1::STANDING_RETRACTED);
}

// The update that turns the source as it is now. Also when it has turned already: then only a
// request that is repeated may go on.
absl::StatusOr<v1::Mutation> MutationFor(const std::string& name, const std::string& etag,
                                         const Turn& turn, CallContext& call) {
  ASSIGN_OR_RETURN(std::optional<v1::Entity> stored, call.kb().Latest().GetEntity(name));
  if (!stored.has_value() || stored->has_delete_time()) {
    return kb::ErrorWithReason(absl::StatusCode::kNotFound, absl::StrCat(name, " does not exist"),
                               kb::kReasonEntityNotFound);
  }
  if (!HasTurned(*stored, turn)) {
    stored->mutable_source()->set_standing(turn.standing);
  }
  if (!etag.empty()) {
    stored->set_etag(etag);
  }
  v1::Mutation mutation;
  *mutation.mutable_update() = *std::move(stored);
  return mutation;
}

struct Turned {
  kb::CommitResult commit;
  v1::Mutation mutation;
};

template <typename Request>
absl::StatusOr<Turned> Write(const Request& request, const Turn& turn, CallContext& call) {
  for (int tries = 1;; ++tries) {
    ASSIGN_OR_RETURN(v1::Mutation mutation,
                     MutationFor(request.name(), request.etag(), turn, call));
    absl::StatusOr<kb::CommitResult> commit =
        call.kb().Commit({mutation}, {}, ContextOf(request.write(), call));
    if (absl::IsAborted(commit.status()) && request.etag().empty() && tries < kTriesMax) {
      continue;
    }
    RETURN_IF_ERROR(commit.status());
    if (!commit->replayed && commit->changes.front() == v1::ENTITY_CHANGE_KIND_UNCHANGED) {
      return NothingToDo(request.name(), turn);
    }
    return Turned{*std::move(commit), std::move(mutation)};
  }
}

// The facts before and after, and what lies between. Values of both mean the same.
struct Passage {
  kb::Snapshot before;
  kb::Snapshot after;
  std::shared_ptr<const kb::Change> change;
};

absl::StatusOr<kb::Snapshot> At(base::Revision revision, CallContext& call) {
  v1::ReadOptions read;
  read.set_at_revision(revision.number());
  ASSIGN_OR_RETURN(kb::Snapshot snapshot, call.kb().Read(read));
  if (snapshot.rebuild() == 0) return snapshot;
  return absl::UnavailableError(
      absl::StrCat("revision ", revision.number(), " has left memory: compare it by DiffFacts"));
}

absl::StatusOr<Passage> Committed(const kb::CommitResult& commit, CallContext& call) {
  const base::Revision revision = commit.revision;
  // A request that is told again much later would have old facts derived anew.
  if (commit.replayed && revision != call.kb().Latest().revision()) {
    return absl::UnavailableError(absl::StrCat("it was done in revision ", revision.number(),
                                               ": DiffFacts compares that with the one before"));
  }
  ASSIGN_OR_RETURN(kb::Snapshot before, At(base::Revision(revision.number() - 1), call));
  ASSIGN_OR_RETURN(kb::Snapshot after, At(revision, call));
  ASSIGN_OR_RETURN(std::shared_ptr<const kb::Change> change, call.kb().ReadChange(revision));
  return Passage{std::move(before), std::move(after), std::move(change)};
}

absl::StatusOr<Passage> Rehearsed(const Turned& turned, base::Budget* budget, CallContext& call) {
  ASSIGN_OR_RETURN(kb::Snapshot before, At(turned.commit.revision, call));
  ASSIGN_OR_RETURN(kb::Simulated simulated,
                   call.kb().Simulate({.mutations = {turned.mutation}}, before, budget));
  auto change = std::make_shared<kb::Change>();
  change->record = std::move(simulated.difference);
  kb::Snapshot after(static_cast<const kb::EntityView&>(before), std::move(simulated.model));
  return Passage{std::move(before), std::move(after), std::move(change)};
}

// Collects effects up to the limit.
class Effects {
 public:
  Effects(const FactMatcher* matcher, const rules::Program* program, v1::SourceEffects* out)
      : matcher_(*matcher), program_(*program), out_(*out) {}

  bool Wanted(const std::string& predicate) const {
    const auto id = program_.Find(predicate);
    return id.has_value() && !program_.predicate(*id).base && !program_.predicate(*id).generated &&
           matcher_.Follows(predicate);
  }

  void Add(v1::Fact fact, v1::SourceEffectKind kind) {
    if (Wanted(fact.predicate())) Take(std::move(fact), kind);
  }

  void Add(const kb::RestingFact& resting, const rules::Model& model, bool retraction) {
    v1::Fact fact;
    ToProto(resting.fact.predicate, resting.fact.values, model, &fact);
    if (!matcher_.Matches(fact.predicate(), fact.values(), 0, fact.values_size())) return;
    auto kind = v1::SOURCE_EFFECT_KIND_UNCHANGED;
    if (resting.sources_with != resting.sources_without) {
      kind = retraction ? v1::SOURCE_EFFECT_KIND_WEAKENED : v1::SOURCE_EFFECT_KIND_STRENGTHENED;
    }
    v1::SourceEffect* effect = Take(std::move(fact), kind);
    if (effect == nullptr) return;
    auto with = static_cast<uint32_t>(resting.sources_with);
    auto without = static_cast<uint32_t>(resting.sources_without);
    effect->set_sources_before(retraction ? with : without);
    effect->set_sources_after(retraction ? without : with);
  }

  // In order of kind; those of one kind stay in their order.
  void Sort() {
    std::stable_sort(
        out_.mutable_effects()->begin(), out_.mutable_effects()->end(),
        [](const v1::SourceEffect& a, const v1::SourceEffect& b) { return a.kind() < b.kind(); });
  }

 private:
  v1::SourceEffect* Take(v1::Fact fact, v1::SourceEffectKind kind) {
    if (static_cast<size_t>(out_.effects_size()) == kEffectsMax) {
      out_.set_left_out(absl::StrCat("there are more than ", kEffectsMax, "; name a predicate"));
      return nullptr;
    }
    v1::SourceEffect* effect = out_.add_effects();
    *effect->mutable_fact() = std::move(fact);
    effect->set_kind(kind);
    return effect;
  }

  const FactMatcher& matcher_;
  const rules::Program& program_;
  v1::SourceEffects& out_;
};

void AddLostAndGained(const Passage& passage, const FactMatcher& matcher, Effects* effects,
                      v1::SourceEffects* out) {
  WatchDelta delta(passage.change, &matcher);
  v1::WatchFactsResponse facts;
  delta.Fill(kBytesMax, &facts);
  for (v1::Fact& fact : *facts.mutable_removed()) {
    effects->Add(std::move(fact), v1::SOURCE_EFFECT_KIND_LOST);
  }
  for (v1::Fact& fact : *facts.mutable_added()) {
    effects->Add(std::move(fact), v1::SOURCE_EFFECT_KIND_GAINED);
  }
  if (!delta.at_end()) {
    out->set_left_out("the facts lost and gained are too many; name a predicate");
  }
}

// The facts that hold before and after, and rest on the source where it is in force.
absl::Status AddSurvivors(const Passage& passage, const std::string& source, bool retraction,
                          const kb::EntitySchema& schema, base::Budget* budget, Effects* effects) {
  const rules::Program& program = passage.before.model().program();
  kb::RestingOptions options{
      &schema, [&](rules::PredicateId id) { return effects->Wanted(program.predicate(id).name); },
      kEffectsMax};
  const kb::Snapshot& in_force = retraction ? passage.before : passage.after;
  const rules::Model& without = (retraction ? passage.after : passage.before).model();
  ASSIGN_OR_RETURN(std::vector<kb::RestingFact> resting,
                   kb::FactsRestingOn(source, in_force, without, options, budget));
  for (const kb::RestingFact& fact : resting) {
    effects->Add(fact, in_force.model(), retraction);
  }
  return absl::OkStatus();
}

template <typename Request>
absl::Status FillEffects(const Request& request, const Turn& turn, const Turned& turned,
                         CallContext& call, v1::SourceEffects* out) {
  BoundBudget budget(&call, call.AskLimits());
  ASSIGN_OR_RETURN(Passage passage, request.write().validate_only()
                                        ? Rehearsed(turned, budget.get(), call)
                                        : Committed(turned.commit, call));
  ASSIGN_OR_RETURN(FactMatcher matcher,
                   FactMatcher::Create(request.patterns(), passage.after.model(), "patterns"));
  Effects effects(&matcher, &passage.after.model().program(), out);
  AddLostAndGained(passage, matcher, &effects, out);
  const bool retraction = turn.standing == v1::STANDING_RETRACTED;
  RETURN_IF_ERROR(AddSurvivors(passage, request.name(), retraction, call.kb().schema(),
                               budget.get(), &effects));
  effects.Sort();
  return absl::OkStatus();
}

template <typename Request, typename Response>
absl::Status TurnSource(const Turn& turn, CallContext& call, const Request& request,
                        Response* response) {
  RETURN_IF_ERROR(CheckRequest(request, call));
  RETURN_IF_ERROR(
      FactMatcher::Create(request.patterns(), call.kb().Latest().model(), "patterns").status());
  ASSIGN_OR_RETURN(Turned turned, Write(request, turn, call));
  FillWriteHeader(turned.commit, call.kb(), response->mutable_header());
  response->mutable_summary()->set_facts_removed(turned.commit.facts_removed);
  response->mutable_summary()->set_facts_added(turned.commit.facts_added);
  *response->mutable_source() = turned.commit.entities.front();
  // The write is done: what cannot be told of its effects does not make it fail.
  absl::Status told = FillEffects(request, turn, turned, call, response->mutable_effects());
  if (!told.ok()) response->mutable_effects()->set_left_out(std::string(told.message()));
  return absl::OkStatus();
}

}  // namespace

absl::Status RetractSource(CallContext& call, const v1::RetractSourceRequest& request,
                           v1::RetractSourceResponse* response) {
  return TurnSource(kRetract, call, request, response);
}

absl::Status ReinstateSource(CallContext& call, const v1::ReinstateSourceRequest& request,
                             v1::ReinstateSourceResponse* response) {
  return TurnSource(kReinstate, call, request, response);
}

}  // namespace cartograph::services
