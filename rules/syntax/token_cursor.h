// TokenCursor: the parser's place in the tokens, with its errors.

#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rules/syntax/diagnostic_list.h"
#include "rules/syntax/lexer.h"

namespace cartograph::rules {

// After a syntax error the cursor has failed: Accept and Expect say no without moving, so that
// every loop of the parser ends, until Recover moves on to where the next item may begin.
class TokenCursor {
 public:
  TokenCursor(const LexedText* lexed, size_t nesting_max, DiagnosticList* diagnostics)
      : lexed_(lexed), nesting_max_(nesting_max), diagnostics_(diagnostics) {}

  const Token& Peek(size_t ahead = 0) const;
  const Token& At(size_t index) const { return lexed_->tokens[index]; }
  size_t index() const { return index_; }
  const LexedText& lexed() const { return *lexed_; }
  DiagnosticList* diagnostics() const { return diagnostics_; }

  bool Is(absl::string_view word) const { return !failed_ && Peek().Is(word); }
  bool IsName() const { return !failed_ && Peek().kind == TokenKind::kName; }
  bool AtEnd() const { return Peek().kind == TokenKind::kEnd; }
  // Moves past the current token and returns it; the end is never passed.
  const Token& Next();
  bool Accept(absl::string_view word);
  // Moves past `word`, or fails naming it and `where`.
  bool Expect(absl::string_view word, absl::string_view where);
  // The name here, or "" after failing because `what` should stand here. Says so when it is a
  // reserved word.
  std::string ExpectName(absl::string_view what);

  // Reports that something else should stand here, once until Recover.
  void Fail(absl::string_view expected, std::string suggestion = "");
  void Fail(Code code, SourceSpan span, std::string message, std::string suggestion = "");
  bool failed() const { return failed_; }
  // Moves behind the next dot that ends an item, or before the next directive or the `}` that
  // closes token `open`'s bracket.
  void Recover(size_t closing);

  SourceSpan SpanFrom(size_t first_token) const;

  // Bounds the recursion of the parser; pair with Leave when it returned true.
  bool Enter();
  void Leave() { --nesting_; }
  size_t nesting_max() const { return nesting_max_; }

 private:
  const LexedText* lexed_;
  const size_t nesting_max_;
  DiagnosticList* diagnostics_;
  size_t index_ = 0;
  size_t nesting_ = 0;
  bool failed_ = false;
};

}  // namespace cartograph::rules
