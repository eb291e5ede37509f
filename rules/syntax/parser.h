// Parser: rule text in, syntax tree out.

#pragma once

#include "rules/syntax/ast.h"
#include "rules/syntax/diagnostic_list.h"
#include "rules/syntax/lexer.h"

namespace cartograph::rules {

struct ParseOptions {
  size_t text_bytes_max = 1 << 20;
  size_t nesting_max = 200;
};

// Recursive descent with operator precedence; after an error it goes on with the next item, so one
// run reports several. The grammar stands in docs/language.md; each function of the parser is one
// production.
//
// Robust against any bytes: depth is bounded by nesting_max, cost is linear in the text times at
// most nesting_max.
ItemsSyntax Parse(absl::string_view text, uint32_t file, const ParseOptions& options,
                  DiagnosticList* diagnostics);

}  // namespace cartograph::rules
