#include "services/question_rows.h"

#include <optional>

#include "base/status.h"
#include "services/proto_convert.h"

namespace cartograph::services {

absl::StatusOr<std::vector<rules::Tuple>> RowsOf(CallContext& call, const rules::Model& model,
                                                 const kb::Question& question,
                                                 const ColumnFilters& parameters) {
  ASSIGN_OR_RETURN(
      const std::optional<rules::Pattern> pattern,
      FromProto(parameters, model.program().predicate(question.predicate), model, "parameters"));
  if (!pattern.has_value()) return std::vector<rules::Tuple>();
  BoundBudget budget(&call, call.AskLimits());
  return kb::OrderedRows(model, question.predicate, *pattern, question.keys, budget.get());
}

}  // namespace cartograph::services
