// Errors as the command prints them.

#pragma once

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/terminal_style.h"

namespace cartograph::clients {

// `status` with advice on what to do next, instead of the general advice for its code.
absl::Status WithAdvice(absl::Status status, absl::string_view advice);

// Writes
//   cartograph: INVALID_ARGUMENT: the message, on one line
//     entity.disease.names: what is wrong with the field
//     diseases/sle: what of the state forbids it
//     what to do next
// Fields and entities that the message names already are not repeated.
// REQUIRES: `status` is not OK.
void ReportError(const absl::Status& status, const TerminalStyle& style, std::ostream& err);

}  // namespace cartograph::clients
