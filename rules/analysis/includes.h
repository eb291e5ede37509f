// Parsing of all sources of a program, with the files that they include.

#pragma once

#include <vector>

#include "rules/analysis/options.h"
#include "rules/syntax/ast.h"
#include "rules/syntax/diagnostic_list.h"
#include "rules/syntax/source.h"

namespace cartograph::rules {

struct ParsedSources {
  ItemsSyntax base;   // of CompileOptions::base_schema
  ItemsSyntax items;  // of all sources, each include in the order of its directive after the items
                      // of its file
};

// Parses `sources`, the base schema and what they include. The texts of the last two are appended
// to `sources`. A file is read as often as it is included, as in Soufflé, unless it holds `.once`.
ParsedSources ParseSources(std::vector<SourceFile>* sources, const CompileOptions& options,
                           DiagnosticList* diagnostics);

}  // namespace cartograph::rules
