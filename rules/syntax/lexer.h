// Lexer: rule text in, tokens and comments out.

#pragma once

#include <vector>

#include "rules/syntax/diagnostic_list.h"
#include "rules/syntax/token.h"

namespace cartograph::rules {

struct LexedText {
  std::vector<Token> tokens;      // the last is kEnd
  std::vector<Comment> comments;  // in order of text
};

// Splits `text`, which is file number `file`. The result refers to `text`. What is not a token is
// reported and skipped, except that text which is not UTF-8, or holds control characters, or is
// longer than `bytes_max`, yields no tokens. Cost: linear.
LexedText Lex(absl::string_view text, uint32_t file, size_t bytes_max, DiagnosticList* diagnostics);

// Whether `word` may not be used as a name.
bool IsKeyword(absl::string_view word);

}  // namespace cartograph::rules
