// KnowledgeBase::Simulate: a commit and an activation on tables that are thrown away.

#include <limits>
#include <utility>

#include "base/status.h"
#include "kb/base_model.h"
#include "kb/error_details.h"
#include "kb/knowledge_base_impl.h"
#include "kb/rule_packs.h"

namespace cartograph::kb {
namespace {

constexpr char kNobody[] = "simulation";
constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();

}  // namespace

absl::StatusOr<Simulated> KnowledgeBase::Impl::Simulate(const Simulation& simulation,
                                                        const Snapshot& before,
                                                        base::Budget* budget) const {
  std::shared_ptr<const rules::Model> model =
      OverlayModel(before.model(), MakeOverlay(before.model().program().interning));
  rules::Delta delta;
  if (!simulation.mutations.empty()) {
    RETURN_IF_ERROR(CheckCommit(simulation.mutations, {}, {.actor = kNobody}));
    Stamp stamp{before.revision().next(), TimeAfter(chain_->Tip()), kNobody};
    ASSIGN_OR_RETURN(std::vector<EntityEdit> edits, MakeEdits(simulation.mutations, before, stamp));
    RETURN_IF_ERROR(CheckReferences(ReferenceChanges(stored_facts_, edits), before, stored_facts_));
    ASSIGN_OR_RETURN(rules::Maintained maintained, MaintainFor(edits, model, budget));
    model = std::move(maintained.model);
    delta = std::move(maintained.delta);
  }
  Simulated simulated;
  if (simulation.pack == nullptr) {
    RecordDelta(delta, *model, kNoLimit, &simulated.difference);
  } else {
    RETURN_IF_ERROR(SimulatePack(*simulation.pack, budget, &model, &simulated));
    if (model == nullptr) {
      return simulated;
    }
    RecordDifference(before.model(), *model, kNoLimit, &simulated.difference);
  }
  simulated.model = std::move(model);
  return simulated;
}

absl::Status KnowledgeBase::Impl::SimulatePack(const v1::RulePack& pack, base::Budget* budget,
                                               std::shared_ptr<const rules::Model>* model,
                                               Simulated* simulated) const {
  Violations violations;
  CheckPack(pack, &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(ActivationResult trial, Trial(pack, (*model)->program().interning));
  simulated->compiled = std::move(trial.compiled);
  simulated->tests = std::move(trial.tests);
  if (simulated->compiled.program == nullptr) {
    *model = nullptr;
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(*model, Rebase(**model, simulated->compiled.program, budget));
  return absl::OkStatus();
}

}  // namespace cartograph::kb
