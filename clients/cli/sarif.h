// Diagnostics as SARIF 2.1.0, the form in which code hosts and editors take the findings of tools.

#pragma once

#include <string>
#include <vector>

#include "rules/syntax/diagnostic.h"
#include "rules/syntax/source.h"

namespace cartograph::clients {

// What -o takes for it. No OutputFormat: only one command has diagnostics for its result.
inline constexpr const char* kSarif = "sarif";

// One log with one run, indented, with a line end. It describes every code that it reports.
std::string SarifLog(const std::vector<rules::Diagnostic>& diagnostics,
                     const std::vector<rules::SourceFile>& sources);

}  // namespace cartograph::clients
