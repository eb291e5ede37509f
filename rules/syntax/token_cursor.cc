#include "rules/syntax/token_cursor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cartograph::rules {
namespace {

std::string Written(const Token& token) {
  if (token.kind == TokenKind::kEnd) return "the end of the text";
  if (token.kind == TokenKind::kString) return "a string";
  return absl::StrCat("'", token.text, "'");
}

}  // namespace

const Token& TokenCursor::Peek(size_t ahead) const {
  return lexed_->tokens[std::min(index_ + ahead, lexed_->tokens.size() - 1)];
}

const Token& TokenCursor::Next() {
  const Token& token = Peek();
  if (token.kind != TokenKind::kEnd) ++index_;
  return token;
}

bool TokenCursor::Accept(absl::string_view word) {
  if (!Is(word)) return false;
  Next();
  return true;
}

bool TokenCursor::Expect(absl::string_view word, absl::string_view where) {
  if (Accept(word)) return true;
  Fail(absl::StrCat("'", word, "' ", where));
  return false;
}

std::string TokenCursor::ExpectName(absl::string_view what) {
  if (IsName()) return std::string(Next().text);
  if (!failed_ && Peek().kind == TokenKind::kKeyword && Peek().text != "_") {
    Fail(Code::kReservedWord, Peek().span,
         absl::StrCat("'", Peek().text, "' is a reserved word and cannot be ", what),
         absl::StrCat("for instance ", Peek().text, "_"));
    return "";
  }
  Fail(what);
  return "";
}

void TokenCursor::Fail(absl::string_view expected, std::string suggestion) {
  Fail(Code::kSyntax, Peek().span, absl::StrCat("expected ", expected, ", found ", Written(Peek())),
       std::move(suggestion));
}

void TokenCursor::Fail(Code code, SourceSpan span, std::string message, std::string suggestion) {
  if (failed_) return;
  failed_ = true;
  if (code == Code::kSyntax && Peek().damaged) return;  // what is missing was reported by the lexer
  diagnostics_->Add(code, span, std::move(message), std::move(suggestion));
}

void TokenCursor::Recover(size_t closing) {
  failed_ = false;
  while (!AtEnd() && index_ != closing) {
    const Token& token = Peek();
    if (token.kind == TokenKind::kDirective && token.text != ".plan") return;
    // A dot within a qualified name has a name right behind it.
    bool ends_item = token.Is(".") &&
                     !(Peek(1).kind == TokenKind::kName && Peek(1).span.begin == token.span.end);
    Next();
    if (ends_item) return;
  }
}

SourceSpan TokenCursor::SpanFrom(size_t first_token) const {
  SourceSpan span = lexed_->tokens[first_token].span;
  if (index_ > first_token) span.end = lexed_->tokens[index_ - 1].span.end;
  return span;
}

bool TokenCursor::Enter() {
  if (nesting_ >= nesting_max_) {
    Fail(Code::kNestingTooDeep, Peek().span,
         absl::StrCat("this is nested more than ", nesting_max_, " deep"),
         "split it over several rules");
    return false;
  }
  ++nesting_;
  return true;
}

}  // namespace cartograph::rules
