// Format: rule text in its one canonical layout, comments kept.

#pragma once

#include <string>
#include <vector>

#include "rules/syntax/diagnostic.h"
#include "rules/syntax/source.h"

namespace cartograph::rules {

struct FormatResult {
  std::string text;                     // "" when there are diagnostics
  std::vector<Diagnostic> diagnostics;  // text that does not parse is not formatted
};

// Idempotent: Format(Format(x)) == Format(x); the parsed program is the same before and after.
FormatResult Format(const SourceFile& source);

}  // namespace cartograph::rules
