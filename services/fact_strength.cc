#include "services/fact_strength.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "kb/error_details.h"
#include "kb/strength.h"
#include "services/proto_convert.h"
#include "services/request_check.h"

namespace cartograph::services {
namespace {

absl::StatusOr<kb::StrengthRule> RuleFor(const rules::Program& program, rules::PredicateId id) {
  ASSIGN_OR_RETURN(std::optional<kb::StrengthRule> rule, kb::StrengthOf(program, id));
  if (rule.has_value()) return *rule;
  return kb::ErrorWithReason(
      absl::StatusCode::kFailedPrecondition,
      absl::StrCat("the rules do not say how support combines for ", program.predicate(id).name,
                   ": its declaration has no @[strength]"),
      kb::kReasonPreconditionFailed);
}

absl::Status FillStrength(const rules::Model& model, const rules::Fact& fact,
                          rules::PredicateId scores, base::Budget* budget, v1::Strength* out) {
  ASSIGN_OR_RETURN(*out, kb::Measure(model, fact, scores, budget));
  ToProto(fact.predicate, fact.values, model, out->mutable_fact());
  return absl::OkStatus();
}

}  // namespace

absl::Status MeasureStrength(CallContext& call, const v1::MeasureStrengthRequest& request,
                             v1::MeasureStrengthResponse* response) {
  RETURN_IF_ERROR(CheckWrite(request));
  ASSIGN_OR_RETURN(const kb::Snapshot snapshot, call.kb().Read(request.read()));
  const rules::Model& model = snapshot.model();
  ASSIGN_OR_RETURN(std::optional<rules::Fact> fact, FromProto(request.fact(), model, "fact"));
  ASSIGN_OR_RETURN(const rules::PredicateId predicate,
                   FindPredicate(request.fact().predicate(), model.program(), "fact.predicate"));
  ASSIGN_OR_RETURN(const kb::StrengthRule rule, RuleFor(model.program(), predicate));
  if (!fact.has_value() || !model.Contains(*fact)) {
    return absl::NotFoundError(absl::StrCat("this fact of ", request.fact().predicate(),
                                            " does not hold at revision ",
                                            snapshot.revision().number()));
  }
  BoundBudget budget(&call, call.AskLimits());
  RETURN_IF_ERROR(
      FillStrength(model, *fact, rule.scores, budget.get(), response->mutable_support()));
  if (rule.dispute.has_value()) {
    fact->predicate = *rule.dispute;
    RETURN_IF_ERROR(
        FillStrength(model, *fact, rule.scores, budget.get(), response->mutable_dispute()));
  }
  FillHeader(snapshot, response->mutable_header());
  return absl::OkStatus();
}

}  // namespace cartograph::services
