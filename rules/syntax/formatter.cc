// The canonical layout, on tokens: every token is written again, so nothing an author wrote is lost
// but white space.
//
// An item that fits on one line stands on one line. A longer rule breaks behind `:-`, with one
// literal a line; what still does not fit breaks inside its outermost brackets, one element a line,
// and so on inwards. A comment stands where it stood: at the end of a line, or on a line of its
// own. One blank line between items is kept; more become one.
//
// Left out of this explanation: a comment within an item makes the item break; block comments are
// kept as written.

#include "rules/syntax/formatter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/syntax/item_ranges.h"
#include "rules/syntax/parser.h"
#include "rules/syntax/token_spacing.h"

namespace cartograph::rules {
namespace {

constexpr size_t kWidthMax = 100;
constexpr size_t kIndent = 4;

size_t Width(absl::string_view text) {
  size_t last_line = text.rfind('\n');
  if (last_line != absl::string_view::npos) text.remove_prefix(last_line + 1);
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

class Formatter {
 public:
  Formatter(absl::string_view source, const LexedText& lexed)
      : source_(source), tokens_(lexed.tokens), comments_(lexed.comments) {}

  std::string Run() {
    size_t end = tokens_.size() - 1;
    Items(0, end, 0);
    Comments(end, 0, true);
    if (!out_.empty() && out_.back() != '\n') out_ += '\n';
    return std::move(out_);
  }

 private:
  void Items(size_t begin, size_t end, size_t indent);
  void Item(const ItemRange& item, size_t indent);
  void Rule(const ItemRange& item, size_t indent);
  void Alternatives(const ItemRange& item, size_t indent);
  void Elements(size_t begin, size_t end, size_t indent);
  void Flow(size_t begin, size_t end, size_t indent);
  void Write(size_t token, size_t indent);

  // Writes the comments before `token` that are not written yet. Between items their blank lines
  // are kept.
  void Comments(size_t token, size_t indent, bool between_items);
  void BlankLineIfWritten(size_t to);
  // Whether [begin, end), which stands at `indent` if it begins a line, fits on the rest of the
  // line.
  bool Fits(size_t begin, size_t end, size_t indent) const;
  // The end of the element that begins at `begin`, with its separator.
  size_t ElementEnd(size_t begin, size_t end) const;
  void BeginLine(size_t indent);
  void Text(absl::string_view text);

  const absl::string_view source_;
  const std::vector<Token>& tokens_;
  const std::vector<Comment>& comments_;

  // Of the item at hand.
  size_t item_begin_ = 0;
  std::vector<bool> spaces_;    // by token, from item_begin_
  std::vector<size_t> widths_;  // columns of the tokens before each, on one line

  size_t next_comment_ = 0;
  size_t written_ = 0;            // bytes of the source up to the last token or comment written
  bool after_directive_ = false;  // the line may not end here: `.decl` is no word without a space
  bool first_ = true;             // nothing stands in this file or component yet
  bool break_ = false;            // the next token begins a line
  bool line_empty_ = true;        // the line holds nothing but its indent
  size_t column_ = 0;
  std::string out_;
};

void Formatter::Text(absl::string_view text) {
  bool lines = text.find('\n') != absl::string_view::npos;
  column_ = lines ? Width(text) : column_ + Width(text);
  absl::StrAppend(&out_, text);
  line_empty_ = false;
}

void Formatter::BeginLine(size_t indent) {
  if (!out_.empty() && out_.back() != '\n') out_ += '\n';
  out_.append(indent, ' ');
  column_ = indent;
  line_empty_ = true;
  break_ = false;
}

// Keeps one of the blank lines that stand between what is written and byte `to` of the source.
void Formatter::BlankLineIfWritten(size_t to) {
  auto from = source_.begin() + static_cast<ptrdiff_t>(written_);
  if (first_ || std::count(from, source_.begin() + static_cast<ptrdiff_t>(to), '\n') < 2) return;
  if (out_.back() != '\n') out_ += '\n';
  out_ += '\n';
}

void Formatter::Comments(size_t token, size_t indent, bool between_items) {
  for (; next_comment_ < comments_.size(); ++next_comment_) {
    const Comment& comment = comments_[next_comment_];
    if (comment.next_token > token) return;
    absl::string_view gap = source_.substr(written_, comment.span.begin - written_);
    bool same_line = gap.find('\n') == absl::string_view::npos || after_directive_;
    bool trailing = written_ > 0 && same_line && !line_empty_;
    after_directive_ = false;
    if (trailing) {
      Text("  ");
    } else {
      if (between_items) BlankLineIfWritten(comment.span.begin);
      BeginLine(indent);
    }
    Text(comment.text);
    written_ = comment.span.end;
    first_ = false;
    if (!trailing || comment.text[1] == '/') break_ = true;
  }
}

void Formatter::Write(size_t token, size_t indent) {
  Comments(token, indent, false);
  if (break_) BeginLine(indent);
  if (!line_empty_ && spaces_[token - item_begin_]) Text(" ");
  Text(tokens_[token].text);
  after_directive_ = tokens_[token].kind == TokenKind::kDirective;
  written_ = tokens_[token].span.end;
  first_ = false;
}

bool Formatter::Fits(size_t begin, size_t end, size_t indent) const {
  auto comment =
      std::lower_bound(comments_.begin(), comments_.end(), begin + 1,
                       [](const Comment& c, size_t token) { return c.next_token < token; });
  if (comment != comments_.end() && comment->next_token < end) return false;
  size_t column = break_ ? indent : column_;
  return column + widths_[end - item_begin_] - widths_[begin - item_begin_] <= kWidthMax;
}

void Formatter::Items(size_t begin, size_t end, size_t indent) {
  for (size_t i = begin; i < end;) {
    ItemRange item = ItemAt(tokens_, i);
    size_t item_indent = item.kind == ItemKind::kPlan ? indent + kIndent : indent;
    Comments(i, item_indent, true);
    BlankLineIfWritten(tokens_[i].span.begin);
    break_ = true;
    Item(item, item_indent);
    i = item.end;
    if (item.kind != ItemKind::kComponent) continue;
    size_t close = tokens_[item.end - 1].match;
    first_ = true;
    Items(item.end, close, indent + kIndent);
    Comments(close, indent + kIndent, true);
    break_ = true;
    item_begin_ = close;
    spaces_ = {false};
    Write(close, indent);
    i = close + 1;
  }
}

void Formatter::Item(const ItemRange& item, size_t indent) {
  item_begin_ = item.begin;
  spaces_ = SpacesBefore(tokens_, item);
  widths_.assign(1, 0);
  for (size_t i = item.begin; i < item.end; ++i) {
    widths_.push_back(widths_.back() + Width(tokens_[i].text) + (spaces_[i - item.begin] ? 1 : 0));
  }
  if (Fits(item.begin, item.end, indent)) {
    for (size_t i = item.begin; i < item.end; ++i) Write(i, indent);
  } else if (item.kind == ItemKind::kRule) {
    Rule(item, indent);
  } else if (item.kind == ItemKind::kType) {
    Alternatives(item, indent);
  } else {
    Flow(item.begin, item.end, indent);
  }
}

void Formatter::Rule(const ItemRange& item, size_t indent) {
  size_t body = item.begin;
  while (body < item.end && !tokens_[body].Is(":-")) ++body;
  if (body == item.end) return Flow(item.begin, item.end, indent);
  Flow(item.begin, body + 1, indent);
  Elements(body + 1, item.end, indent + kIndent);
}

// A type of several branches or parts: one a line.
void Formatter::Alternatives(const ItemRange& item, size_t indent) {
  for (size_t i = item.begin; i < item.end;) {
    size_t next = i + 1;
    while (next < item.end && !tokens_[next].Is("|")) ++next;
    Flow(i, next, i == item.begin ? indent : indent + kIndent);
    break_ = next < item.end;
    i = next;
  }
}

size_t Formatter::ElementEnd(size_t begin, size_t end) const {
  for (size_t i = begin; i < end; ++i) {
    if (tokens_[i].match > i) i = tokens_[i].match;
    if (tokens_[i].Is(",") || tokens_[i].Is(";")) return i + 1;
  }
  return end;
}

void Formatter::Elements(size_t begin, size_t end, size_t indent) {
  for (size_t i = begin; i < end;) {
    size_t next = ElementEnd(i, end);
    break_ = true;
    Flow(i, next, indent);
    i = next;
  }
}

// Writes [begin, end) on one line if it fits, else breaks the brackets that do not fit.
void Formatter::Flow(size_t begin, size_t end, size_t indent) {
  for (size_t i = begin; i < end; ++i) {
    size_t close = tokens_[i].match;
    bool group = close > i + 1 && close < end;
    if (!group || Fits(i, end, indent)) {
      Write(i, indent);
      continue;
    }
    Write(i, indent);
    Elements(i + 1, close, indent + kIndent);
    break_ = true;
    Write(close, indent);
    i = close;
  }
}

}  // namespace

FormatResult Format(const SourceFile& source) {
  DiagnosticList diagnostics(100);
  ParseOptions options;
  Parse(source.text, 0, options, &diagnostics);
  FormatResult result;
  if (diagnostics.has_errors()) {
    result.diagnostics = diagnostics.Take();
    return result;
  }
  LexedText lexed = Lex(source.text, 0, options.text_bytes_max, &diagnostics);
  result.text = Formatter(source.text, lexed).Run();
  return result;
}

}  // namespace cartograph::rules
