// Values from the text of fact files.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rules/analysis/program.h"
#include "rules/facts/symbol_table.h"
#include "rules/facts/value.h"

namespace cartograph::rules {

// The value that `text` is in a column of `type`, as Soufflé reads fact files: a number in decimal,
// 0x or 0b notation, a float as strtof has it, a symbol as it stands, a record as [a, b] or nil, a
// branch as $Name or $Name(a, b). In records a symbol may stand in double quotes, with a backslash
// before a quote or backslash. Records nest without recursion, so their depth is not limited.
//
// Errors: INVALID_ARGUMENT says what was read and what was expected.
absl::StatusOr<Value> ParseValue(absl::string_view text, TypeId type, const Program& program,
                                 Interning* interning);

}  // namespace cartograph::rules
