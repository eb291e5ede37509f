// Programs as text, models as text: so that a case of an engine test is a line or two.

#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/budget.h"
#include "rules/engine/evaluate.h"

namespace cartograph::rules {

// The program that `text` compiles to; ends the test when it does not.
std::shared_ptr<const Program> CompileText(absl::string_view text);

// The model of `text` without given facts but its own.
absl::StatusOr<std::shared_ptr<const Model>> RunText(absl::string_view text);
absl::StatusOr<std::shared_ptr<const Model>> RunText(absl::string_view text, base::Budget* budget);

// The facts of `relation`, sorted, as rule text writes tuples: "(1, \"a\") (2, \"b\")".
std::string Dump(const Model& model, absl::string_view relation);
// All relations of the model, one a line: "name: facts".
std::string DumpAll(const Model& model);
// Dump of `relation` after running `text`, or the status.
std::string DumpText(absl::string_view text, absl::string_view relation);

}  // namespace cartograph::rules
