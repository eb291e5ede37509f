#include "rules/syntax/lexer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/utf8.h"

namespace cartograph::rules {
namespace {

constexpr absl::string_view kKeywords[] = {
    "__FILE__",  "__INCL__",  "__ITERATION__", "__LINE__",     "_",           "as",
    "autoinc",   "band",      "bnot",          "bor",          "brie",        "bshl",
    "bshr",      "bshru",     "btree",         "btree_delete", "bxor",        "cat",
    "contains",  "count",     "debug_delta",   "eqrel",        "false",       "fold",
    "inline",    "input",     "land",          "lnot",         "lor",         "lxor",
    "magic",     "match",     "max",           "mean",         "min",         "nil",
    "no_inline", "no_magic",  "ord",           "output",       "overridable", "printsize",
    "range",     "stateful",  "strlen",        "substr",       "sum",         "to_float",
    "to_number", "to_string", "to_unsigned",   "true"};

constexpr absl::string_view kDirectives[] = {
    ".comp",    ".decl",      ".functor",     ".init",        ".input",
    ".lattice", ".limitsize", ".number_type", ".output",      ".override",
    ".plan",    ".pragma",    ".printsize",   ".symbol_type", ".type"};

// Longest first.
constexpr absl::string_view kPunctuation[] = {
    "<:", "<=", ">=", "!=", ":-", "->", "|", "[", "]", "$", "+", "-", "(", ")", ",",
    ":",  ";",  ".",  "=",  "!",  "*",  "@", "/", "^", "%", "{", "}", "<", ">"};

bool IsNameStart(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '?';
}
bool IsNamePart(char c) {
  return IsNameStart(c) || absl::ascii_isdigit(static_cast<unsigned char>(c));
}
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

class Lexer {
 public:
  Lexer(absl::string_view text, uint32_t file, DiagnosticList* diagnostics)
      : text_(text), file_(file), diagnostics_(diagnostics) {}

  LexedText Run() {
    while (at_ < text_.size()) Next();
    Push(TokenKind::kEnd, at_);
    MatchBrackets();
    return std::move(result_);
  }

 private:
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  absl::string_view Rest() const { return text_.substr(at_); }
  SourceSpan SpanFrom(size_t begin) const {
    return {file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)};
  }

  void Push(TokenKind kind, size_t begin, std::string value = "") {
    result_.tokens.push_back({.kind = kind,
                              .span = SpanFrom(begin),
                              .text = text_.substr(begin, at_ - begin),
                              .value = std::move(value),
                              .damaged = std::exchange(damaged_, false)});
  }

  void Report(Code code, SourceSpan span, std::string message, std::string suggestion = "") {
    diagnostics_->Add(code, span, std::move(message), std::move(suggestion));
    damaged_ = true;
  }

  void Next();
  void LineComment();
  void BlockComment();
  void AddComment(size_t begin, bool doc);
  void Preprocessor();
  void Number();
  bool Address();
  void String();
  void Name();
  void DotOrDirective();
  void Punctuation();
  void MatchBrackets();

  const absl::string_view text_;
  const uint32_t file_;
  DiagnosticList* const diagnostics_;
  size_t at_ = 0;
  bool damaged_ = false;  // since the last token
  LexedText result_;
};

void Lexer::Next() {
  char c = Peek();
  if (c == '\n' || IsBlank(c)) {
    ++at_;
  } else if (absl::StartsWith(Rest(), "//")) {
    LineComment();
  } else if (absl::StartsWith(Rest(), "/*")) {
    BlockComment();
  } else if (c == '#') {
    Preprocessor();
  } else if (IsDigit(c)) {
    Number();
  } else if (c == '"') {
    String();
  } else if (IsNameStart(c)) {
    Name();
  } else if (c == '.') {
    DotOrDirective();
  } else {
    Punctuation();
  }
}

void Lexer::AddComment(size_t begin, bool doc) {
  result_.comments.push_back({.span = SpanFrom(begin),
                              .text = text_.substr(begin, at_ - begin),
                              .next_token = static_cast<uint32_t>(result_.tokens.size()),
                              .doc = doc});
}

void Lexer::LineComment() {
  size_t begin = at_;
  bool doc = Peek(2) == '/' && Peek(3) != '/';
  while (at_ < text_.size() && Peek() != '\n') ++at_;
  size_t end = at_;
  while (at_ > begin && IsBlank(text_[at_ - 1])) --at_;
  AddComment(begin, doc);
  at_ = end;
}

void Lexer::BlockComment() {
  size_t begin = at_;
  size_t close = text_.find("*/", at_ + 2);
  if (close == absl::string_view::npos) {
    at_ += 2;
    Report(Code::kUnterminatedComment, SpanFrom(begin), "this comment has no end",
           "close it with */");
    at_ = text_.size();
    return;
  }
  at_ = close + 2;
  AddComment(begin, false);
}

void Lexer::Preprocessor() {
  size_t begin = at_;
  while (at_ < text_.size() && Peek() != '\n') ++at_;
  Report(Code::kPreprocessor, SpanFrom(begin), "C preprocessor lines are not supported",
         "write constants out; use .include to share text");
}

// An IPv4 address: four groups of digits, as Soufflé reads it, a number.
bool Lexer::Address() {
  size_t i = at_;
  for (int group = 0; group < 4; ++group) {
    if (group > 0 && (i >= text_.size() || text_[i++] != '.')) return false;
    size_t digits = i;
    while (i < text_.size() && IsDigit(text_[i])) ++i;
    if (i == digits) return false;
  }
  at_ = i;
  return true;
}

bool IsAddress(absl::string_view text) {
  for (absl::string_view part : absl::StrSplit(text, '.')) {
    uint32_t value = 0;
    if (!absl::SimpleAtoi(part, &value) || value > 255) return false;
  }
  return true;
}

void Lexer::Number() {
  size_t begin = at_;
  TokenKind kind = TokenKind::kNumber;
  if (Address()) {
    Push(kind, begin);
    if (!IsAddress(result_.tokens.back().text)) {
      Report(Code::kMalformedNumber, SpanFrom(begin), "each part of an address is at most 255");
    }
    return;
  }
  if (Peek() == '0' && (Peek(1) == 'x' || Peek(1) == 'b')) {
    bool hex = Peek(1) == 'x';
    at_ += 2;
    while (hex ? absl::ascii_isxdigit(static_cast<unsigned char>(Peek()))
               : (Peek() == '0' || Peek() == '1'))
      ++at_;
  } else {
    while (IsDigit(Peek())) ++at_;
    if (Peek() == '.' && IsDigit(Peek(1))) {
      kind = TokenKind::kFloat;
      ++at_;
      while (IsDigit(Peek())) ++at_;
    }
  }
  if (kind == TokenKind::kNumber && Peek() == 'u' && !IsNamePart(Peek(1))) {
    kind = TokenKind::kUnsigned;
    ++at_;
  }
  bool empty = at_ == begin + 2 && (text_[begin + 1] == 'x' || text_[begin + 1] == 'b');
  if (empty || IsNamePart(Peek())) {
    while (IsNamePart(Peek())) ++at_;
    Report(Code::kMalformedNumber, SpanFrom(begin),
           absl::StrCat("'", text_.substr(begin, at_ - begin), "' is not a number"),
           "numbers are written 42, 0x2A, 0b101010, 42u or 4.2");
  }
  Push(kind, begin);
}

std::optional<char> Escaped(char c) {
  switch (c) {
    case '"':
    case '\'':
    case '\\':
      return c;
    case 'a':
      return '\a';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return std::nullopt;
  }
}

void Lexer::String() {
  size_t begin = at_++;
  std::string value;
  while (at_ < text_.size() && Peek() != '"') {
    char c = text_[at_++];
    if (c != '\\' || at_ >= text_.size()) {
      value += c;
      continue;
    }
    size_t backslash = at_ - 1;
    std::optional<char> escaped = Escaped(text_[at_++]);
    if (escaped) {
      value += *escaped;
    } else {
      while (at_ < text_.size() && (text_[at_] & 0xC0) == 0x80) ++at_;  // the whole code point
      Report(Code::kUnknownEscape, SpanFrom(backslash), "this escape does not exist in a string",
             R"(the escapes are \" \' \\ \a \b \f \n \r \t \v)");
    }
  }
  if (at_ >= text_.size()) {
    SourceSpan span = {file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + 1)};
    Report(Code::kUnterminatedString, span, "this string has no end", "close it with \"");
    return;
  }
  ++at_;
  Push(TokenKind::kString, begin, std::move(value));
}

void Lexer::Name() {
  size_t begin = at_;
  while (IsNamePart(Peek())) ++at_;
  absl::string_view word = text_.substr(begin, at_ - begin);
  if (word == "choice" && absl::StartsWith(Rest(), "-domain")) {
    at_ += 7;
    Push(TokenKind::kKeyword, begin);
    return;
  }
  Push(IsKeyword(word) ? TokenKind::kKeyword : TokenKind::kName, begin);
}

// A directive is a dot that no name touches, its word, and white space on the same line: `.decl
// a(…)`; so `a.type` can be a qualified name. Only `.include` and `.once` need no space.
void Lexer::DotOrDirective() {
  bool in_name = at_ > 0 && IsNamePart(text_[at_ - 1]);
  size_t begin = at_++;
  while (IsNamePart(Peek())) ++at_;
  absl::string_view word = text_.substr(begin, at_ - begin);
  bool known =
      std::find(std::begin(kDirectives), std::end(kDirectives), word) != std::end(kDirectives);
  bool directive = (known && IsBlank(Peek())) || word == ".include" || word == ".once";
  if (directive && !in_name) {
    Push(TokenKind::kDirective, begin);
    return;
  }
  at_ = begin + 1;
  Push(TokenKind::kPunctuation, begin);
}

void Lexer::Punctuation() {
  size_t begin = at_;
  for (absl::string_view word : kPunctuation) {
    if (absl::StartsWith(Rest(), word)) {
      at_ += word.size();
      Push(TokenKind::kPunctuation, begin);
      return;
    }
  }
  ++at_;
  while (at_ < text_.size() && (text_[at_] & 0xC0) == 0x80) ++at_;
  Report(Code::kUnexpectedCharacter, SpanFrom(begin),
         absl::StrCat("'", text_.substr(begin, at_ - begin), "' means nothing here"));
}

// A bracket that closes none of its own kind matches nothing; one that closes an outer bracket
// leaves the inner ones open.
void Lexer::MatchBrackets() {
  constexpr absl::string_view kOpening = "([{";
  constexpr absl::string_view kClosing = ")]}";
  std::vector<uint32_t> open;
  std::array<size_t, 3> open_of_kind = {};
  auto kind_of = [](absl::string_view brackets, const Token& token) {
    return token.text.size() == 1 ? brackets.find(token.text[0]) : absl::string_view::npos;
  };
  for (uint32_t i = 0; i < result_.tokens.size(); ++i) {
    const Token& token = result_.tokens[i];
    if (token.kind != TokenKind::kPunctuation) continue;
    size_t opening = kind_of(kOpening, token);
    size_t closing = kind_of(kClosing, token);
    if (opening != absl::string_view::npos) {
      open.push_back(i);
      ++open_of_kind[opening];
    }
    if (closing == absl::string_view::npos || open_of_kind[closing] == 0) continue;
    size_t kind = opening;
    while (kind != closing) {
      result_.tokens[open.back()].match = 0;
      kind = kind_of(kOpening, result_.tokens[open.back()]);
      --open_of_kind[kind];
      if (kind == closing) result_.tokens[open.back()].match = i;
      open.pop_back();
    }
  }
}

// Whether `text` can be read at all; reports why not.
bool CheckText(absl::string_view text, uint32_t file, size_t bytes_max,
               DiagnosticList* diagnostics) {
  if (text.size() > bytes_max) {
    diagnostics->Add(
        Code::kTextTooLarge, {file, 0, 0},
        absl::StrCat("this file has ", text.size(), " bytes; at most ", bytes_max, " are read"));
    return false;
  }
  if (std::optional<size_t> bad = base::FirstInvalidUtf8(text)) {
    uint32_t at = static_cast<uint32_t>(*bad);
    diagnostics->Add(Code::kInvalidUtf8, {file, at, at + 1}, "this byte is not UTF-8");
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned char c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\n' && !IsBlank(text[i])) || c == 0x7F) {
      uint32_t at = static_cast<uint32_t>(i);
      diagnostics->Add(Code::kControlCharacter, {file, at, at + 1},
                       absl::StrCat("the control character U+00", absl::Hex(c, absl::kZeroPad2),
                                    " cannot stand in rule text"));
      return false;
    }
  }
  return true;
}

}  // namespace

bool IsKeyword(absl::string_view word) {
  return std::find(std::begin(kKeywords), std::end(kKeywords), word) != std::end(kKeywords);
}

LexedText Lex(absl::string_view text, uint32_t file, size_t bytes_max,
              DiagnosticList* diagnostics) {
  if (!CheckText(text, file, bytes_max, diagnostics)) text = text.substr(0, 0);
  return Lexer(text, file, diagnostics).Run();
}

}  // namespace cartograph::rules
