// Analyze: sources in, checked clauses out. What the compiler lowers, and what the naive evaluator
// of the tests interprets: it shares this with the engine and nothing beyond.

#pragma once

#include <vector>

#include "rules/analysis/clause.h"
#include "rules/analysis/expanded_program.h"
#include "rules/analysis/options.h"
#include "rules/analysis/schema.h"
#include "rules/syntax/diagnostic_list.h"
#include "rules/syntax/source.h"

namespace cartograph::rules {

struct AnalyzedProgram {
  std::vector<SourceFile> sources;  // with the base schema and included files
  ExpandedProgram expanded;         // declarations, rules and directives under qualified names
  Schema
      schema;  // types and predicates; ids are those of the Program compiled from the same sources
  std::vector<Clause> clauses;  // in order of the rules; see clause.h
};

// Meaningful only when `diagnostics` holds no error afterwards. Stratification is checked by
// Compile, not here.
AnalyzedProgram Analyze(std::vector<SourceFile> sources, const CompileOptions& options,
                        DiagnosticList* diagnostics);

}  // namespace cartograph::rules
