#include "services/fact_absence.h"

#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "kb/base_model.h"
#include "kb/repair_policy.h"
#include "kb/rule_packs.h"
#include "rules/engine/absence.h"
#include "services/grpc_status.h"
#include "services/proof_convert.h"
#include "services/proto_convert.h"
#include "services/request_check.h"

namespace cartograph::services {
namespace {

constexpr uint32_t kRepairsDefault = 5;
constexpr uint32_t kRepairsMax = 50;

// What the filters bind, symbols that were never stored among it: the model is an overlay.
absl::StatusOr<rules::Pattern> PatternOf(const v1::ExplainAbsenceRequest& request,
                                         rules::PredicateId predicate, const rules::Model& model) {
  for (const v1::ColumnFilter& filter : request.columns()) {
    if (filter.value().has_symbol()) {
      model.program().interning->symbols.Intern(filter.value().symbol());
    }
  }
  ASSIGN_OR_RETURN(
      std::optional<rules::Pattern> pattern,
      FromProto(request.columns(), model.program().predicate(predicate), model, "columns"));
  if (pattern.has_value()) return *std::move(pattern);
  return InvalidField("columns", "a record that stands in no fact cannot be explained");
}

void FillFailure(const rules::RuleFailure& failure, const rules::Program& program,
                 v1::RuleFailure* out) {
  ToProto(program.rules[failure.rule], program, out->mutable_rule());
  out->mutable_satisfied()->Add(failure.satisfied.begin(), failure.satisfied.end());
  out->set_failing(failure.failing);
  out->set_literals(static_cast<uint32_t>(failure.literals));
  for (const auto& [variable, value] : failure.bindings) {
    v1::Binding* binding = out->add_bindings();
    binding->set_variable(variable);
    binding->set_value(value);
  }
}

void FillRepair(const rules::Repair& repair, const rules::Model& model, v1::Repair* out) {
  for (const rules::Fact& fact : repair.add) {
    ToProto(fact.predicate, fact.values, model, out->add_add());
  }
  for (const rules::Fact& fact : repair.remove) {
    ToProto(fact.predicate, fact.values, model, out->add_remove());
  }
  out->set_alike(static_cast<uint32_t>(repair.alike));
}

}  // namespace

absl::Status ExplainAbsence(CallContext& call, const v1::ExplainAbsenceRequest& request,
                            v1::ExplainAbsenceResponse* response) {
  RETURN_IF_ERROR(CheckKnownFields(request));
  RETURN_IF_ERROR(CheckText(request));
  if (request.repairs_max() > kRepairsMax) {
    return InvalidField("repairs_max", absl::StrCat("is at most ", kRepairsMax));
  }
  ASSIGN_OR_RETURN(const kb::Snapshot snapshot, call.kb().Read(request.read()));
  // What is supposed leaves no trace.
  const auto model =
      kb::OverlayModel(snapshot.model(), kb::MakeOverlay(snapshot.model().program().interning));
  ASSIGN_OR_RETURN(const rules::PredicateId predicate,
                   FindPredicate(request.predicate(), model->program(), "predicate"));
  ASSIGN_OR_RETURN(const rules::Pattern pattern, PatternOf(request, predicate, *model));
  rules::AbsenceOptions options;
  options.repairs.writable = kb::WritableFacts(call.kb().schema(), model->program());
  options.repairs.repairs_max =
      request.repairs_max() == 0 ? kRepairsDefault : request.repairs_max();
  BoundBudget budget(&call, call.AskLimits());
  absl::StatusOr<rules::Absence> absence =
      rules::ExplainAbsence(*model, predicate, pattern, options, budget.get());
  if (absl::IsFailedPrecondition(absence.status())) {
    return absl::FailedPreconditionError(absl::StrCat("a fact of ", request.predicate(),
                                                      " like this holds at revision ",
                                                      snapshot.revision().number()));
  }
  RETURN_IF_ERROR(absence.status());
  for (const rules::RuleFailure& failure : absence->failures) {
    FillFailure(failure, model->program(), response->add_failures());
  }
  for (const rules::Repair& repair : absence->repairs.repairs) {
    FillRepair(repair, *model, response->add_repairs());
  }
  response->set_repairs_complete(absence->repairs.complete);
  FillHeader(snapshot, response->mutable_header());
  return absl::OkStatus();
}

}  // namespace cartograph::services
