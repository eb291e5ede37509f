// The rows that answer a question.

#pragma once

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "cartograph/v1/fact.pb.h"
#include "kb/questions.h"
#include "rules/facts/model.h"
#include "services/call_context.h"

namespace cartograph::services {

// Of one page.
inline constexpr size_t kRowsDefault = 1000;
inline constexpr size_t kRowsMax = 10'000;

using ColumnFilters = google::protobuf::RepeatedPtrField<v1::ColumnFilter>;

// All rows of `question` in `model` that have the values of `parameters`, in the question's order.
// INVALID_ARGUMENT names a parameter that is no column, or of the wrong kind; RESOURCE_EXHAUSTED:
// the call's limits.
absl::StatusOr<std::vector<rules::Tuple>> RowsOf(CallContext& call, const rules::Model& model,
                                                 const kb::Question& question,
                                                 const ColumnFilters& parameters);

}  // namespace cartograph::services
