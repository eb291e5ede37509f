// Components: templates of declarations and rules, instantiated under a name.

#pragma once

#include "rules/analysis/expanded_program.h"
#include "rules/analysis/includes.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {

// The items of `parsed` with every instance of a component written out under qualified names.
ExpandedProgram ExpandComponents(ParsedSources parsed, DiagnosticList* diagnostics);

}  // namespace cartograph::rules
