// Compile: rule text in, a Program or diagnostics out. The front door of rules/.

#pragma once

#include <memory>
#include <vector>

#include "rules/analysis/options.h"
#include "rules/analysis/program.h"
#include "rules/syntax/diagnostic.h"
#include "rules/syntax/source.h"

namespace cartograph::rules {

struct CompileResult {
  std::shared_ptr<const Program> program;  // null exactly when `diagnostics` holds an error
  std::vector<Diagnostic> diagnostics;     // errors and warnings, in order of place
  // Those given, then the base schema and what includes brought in: spans refer to these.
  std::vector<SourceFile> sources;
};

// Compiles `sources` as one program. Constants are interned in `interning`, which the program
// keeps.
CompileResult Compile(std::vector<SourceFile> sources, std::shared_ptr<Interning> interning,
                      const CompileOptions& options = {});

}  // namespace cartograph::rules
