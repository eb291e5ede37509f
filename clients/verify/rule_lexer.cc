#include "clients/verify/rule_lexer.h"

#include <algorithm>
#include <array>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"

namespace cartograph::verify {
namespace {

constexpr std::array<absl::string_view, 17> kDirectives = {
    ".comp",    ".decl",      ".functor",     ".include",     ".init",   ".input",
    ".lattice", ".limitsize", ".number_type", ".once",        ".output", ".override",
    ".plan",    ".pragma",    ".printsize",   ".symbol_type", ".type"};

bool IsNameStart(char c) { return absl::ascii_isalpha(c) || c == '_' || c == '?'; }
bool IsNamePart(char c) { return IsNameStart(c) || absl::ascii_isdigit(c); }

std::optional<char> Unescaped(char c) {
  constexpr absl::string_view kNames = "\"'\\abfnrtv";
  constexpr absl::string_view kCharacters = "\"'\\\a\b\f\n\r\t\v";
  const size_t at = kNames.find(c);
  if (at == absl::string_view::npos) return std::nullopt;
  return kCharacters[at];
}

class Splitter {
 public:
  explicit Splitter(const RuleText& text) : text_(text.text) { place_.path = text.path; }

  absl::StatusOr<std::vector<Word>> Run() {
    RETURN_IF_ERROR(SkipBlanks());
    while (at_ < text_.size()) {
      RETURN_IF_ERROR(Next());
      RETURN_IF_ERROR(SkipBlanks());
    }
    Add(Word::Form::kEnd, 0, "the end of the text");
    return std::move(words_);
  }

 private:
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  absl::string_view Rest() const { return text_.substr(at_); }

  absl::Status Wrong(absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(place_.ToString(), ": ", what));
  }

  void Advance(size_t bytes) {
    for (; bytes > 0; --bytes, ++at_) {
      if (text_[at_] == '\n') {
        ++place_.line;
        place_.column = 1;
      } else if ((static_cast<unsigned char>(text_[at_]) & 0xc0) != 0x80) {
        ++place_.column;
      }
    }
  }

  void Add(Word::Form form, size_t bytes, std::string text) {
    words_.push_back({form, std::move(text), place_, at_, at_ + bytes});
    Advance(bytes);
  }

  absl::Status SkipBlanks() {
    while (at_ < text_.size()) {
      if (absl::ascii_isspace(static_cast<unsigned char>(Peek()))) {
        Advance(1);
      } else if (absl::StartsWith(Rest(), "//")) {
        Advance(std::min(Rest().find('\n'), Rest().size()));
      } else if (absl::StartsWith(Rest(), "/*")) {
        const size_t end = Rest().find("*/", 2);
        if (end == absl::string_view::npos) return Wrong("a comment does not end");
        Advance(end + 2);
      } else {
        break;
      }
    }
    return absl::OkStatus();
  }

  absl::Status Next() {
    const char c = Peek();
    if (c == '"') return String();
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) return Number();
    if (IsNameStart(c)) {
      const size_t length = NameLength(at_);
      Add(Word::Form::kName, length, std::string(Rest().substr(0, length)));
      return absl::OkStatus();
    }
    // Behind a name the dot is that of a qualified name.
    const bool behind_name = at_ > 0 && IsNamePart(text_[at_ - 1]);
    if (c == '.' && !behind_name && IsNameStart(Peek(1))) {
      const absl::string_view word = Rest().substr(0, 1 + NameLength(at_ + 1));
      if (std::find(kDirectives.begin(), kDirectives.end(), word) != kDirectives.end()) {
        Add(Word::Form::kDirective, word.size(), std::string(word));
        return absl::OkStatus();
      }
    }
    return Sign();
  }

  size_t NameLength(size_t from) const {
    size_t end = from;
    while (end < text_.size() && IsNamePart(text_[end])) ++end;
    return end - from;
  }

  absl::Status String() {
    std::string text;
    for (size_t i = 1;; ++i) {
      const char c = Peek(i);
      if (at_ + i >= text_.size()) return Wrong("a string does not end");
      if (c == '"') {
        Add(Word::Form::kString, i + 1, std::move(text));
        return absl::OkStatus();
      }
      if (c != '\\') {
        text += c;
        continue;
      }
      const std::optional<char> escaped = Unescaped(Peek(++i));
      if (!escaped.has_value()) return Wrong("a string has an unknown escape");
      text += *escaped;
    }
  }

  size_t Digits(size_t from) const {
    size_t end = from;
    while (absl::ascii_isdigit(static_cast<unsigned char>(Peek(end)))) ++end;
    return end;
  }

  absl::Status Number() {
    size_t end = Digits(0);
    Word::Form form = Word::Form::kInteger;
    if (end == 1 && (Peek(1) == 'x' || Peek(1) == 'b')) {
      end = 2;
      while (absl::ascii_isxdigit(static_cast<unsigned char>(Peek(end)))) ++end;
    } else if (Peek(end) == '.' && Digits(end + 1) > end + 1) {
      form = Word::Form::kFloat;
      end = Digits(end + 1);
      if (Peek(end) == '.' && Digits(end + 1) > end + 1) {
        return FourBytes(end);
      }
    }
    std::string text(Rest().substr(0, end));
    if (form == Word::Form::kInteger && Peek(end) == 'u') {
      form = Word::Form::kUnsigned;
      ++end;
    }
    if (IsNamePart(Peek(end))) return Wrong("a number runs into a name");
    Add(form, end, std::move(text));
    return absl::OkStatus();
  }

  // 10.0.0.1: the signed number that these bytes make. `end`: behind the second of them.
  absl::Status FourBytes(size_t end) {
    for (int more = 0; more < 2; ++more) {
      if (Peek(end) != '.' || Digits(end + 1) == end + 1) {
        return Wrong("a number has too many dots");
      }
      end = Digits(end + 1);
    }
    uint32_t number = 0;
    for (const absl::string_view part : absl::StrSplit(Rest().substr(0, end), '.')) {
      uint32_t byte = 0;
      if (!absl::SimpleAtoi(part, &byte) || byte > UINT8_MAX) {
        return Wrong("a number written as four bytes has one over 255");
      }
      number = number << 8U | byte;
    }
    Add(Word::Form::kInteger, end, absl::StrCat(static_cast<int32_t>(number)));
    return absl::OkStatus();
  }

  absl::Status Sign() {
    for (const absl::string_view two : {"<:", "<=", ">=", "!=", ":-"}) {
      if (!absl::StartsWith(Rest(), two)) continue;
      Add(Word::Form::kSign, 2, std::string(two));
      return absl::OkStatus();
    }
    if (!absl::StrContains("|[]$+-(),:;.=!*@/^%{}<>", Peek())) {
      return Wrong("there is no such sign in rules");
    }
    Add(Word::Form::kSign, 1, std::string(1, Peek()));
    return absl::OkStatus();
  }

  const absl::string_view text_;
  size_t at_ = 0;
  Place place_;
  std::vector<Word> words_;
};

}  // namespace

std::string Place::ToString() const { return absl::StrCat(path, ":", line, ":", column); }

absl::StatusOr<std::vector<Word>> SplitIntoWords(const RuleText& text) {
  return Splitter(text).Run();
}

}  // namespace cartograph::verify
