// The wire of cartograph.v1.QuestionService: the curated questions of the active rule pack, and
// questions as rule text.

#pragma once

#include <memory>

#include "services/method_table.h"
#include "services/serving.h"

namespace cartograph::services {

// REQUIRES: `serving` outlives the service.
std::unique_ptr<MethodTable> MakeQuestionService(const Serving* serving);

}  // namespace cartograph::services
