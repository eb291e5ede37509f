// Token: one word of rule text.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rules/syntax/source.h"

namespace cartograph::rules {

enum class TokenKind : uint8_t {
  kEnd,
  kName,         // x, ?x, studied_in
  kKeyword,      // a reserved word: count, match, _, …
  kDirective,    // .decl, with the dot
  kNumber,       // 1, 0x1F, 0b11, 10.0.0.1 (an IPv4 address is a number)
  kUnsigned,     // 1u
  kFloat,        // 1.5
  kString,       // "text"
  kPunctuation,  // :- <= ( …
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  SourceSpan span;
  absl::string_view text;  // as written; a view of the source
  std::string value;       // kString: without quotes, escapes replaced
  bool damaged = false;    // something before it was reported and skipped
  uint32_t match = 0;      // an opening bracket: index of the token that closes it, or 0

  bool Is(absl::string_view word) const {
    return (kind == TokenKind::kPunctuation || kind == TokenKind::kKeyword ||
            kind == TokenKind::kDirective) &&
           text == word;
  }
};

// A comment, kept for the formatter; a doc comment (`///`) also for the declaration after it.
struct Comment {
  SourceSpan span;
  absl::string_view text;   // as written, without the line's end
  uint32_t next_token = 0;  // index of the first token after it
  bool doc = false;
};

}  // namespace cartograph::rules
