#include "rules/syntax/diagnostic.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/utf8.h"

namespace cartograph::rules {
namespace {

constexpr size_t kTabWidth = 4;

// The line around `offset`, without its end.
absl::string_view LineAround(absl::string_view text, size_t offset, size_t* line_begin) {
  offset = std::min(offset, text.size());
  size_t begin = offset == 0 ? 0 : text.rfind('\n', offset - 1);
  begin = (offset == 0 || begin == absl::string_view::npos) ? 0 : begin + 1;
  size_t end = text.find('\n', offset);
  *line_begin = begin;
  absl::string_view line = text.substr(begin, end == absl::string_view::npos ? end : end - begin);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

// `line` with a ? for each byte that cannot be shown; byte for byte, so that offsets stay right.
std::string Shown(absl::string_view line) {
  bool valid = !base::FirstInvalidUtf8(line);
  std::string shown(line);
  for (char& c : shown) {
    unsigned char byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7F || (!valid && byte >= 0x80)) c = '?';
  }
  return shown;
}

// `line` with tabs as spaces.
std::string Expanded(absl::string_view line) {
  std::string expanded;
  size_t column = 0;
  for (char c : line) {
    size_t width = c == '\t'                                        ? kTabWidth - column % kTabWidth
                   : (static_cast<unsigned char>(c) & 0xC0) == 0x80 ? 0
                                                                    : 1;
    if (c == '\t') {
      expanded.append(width, ' ');
    } else {
      expanded += c;
    }
    column += width;
  }
  return expanded;
}

// How many columns `text` takes when it begins at column 0.
size_t WidthOf(absl::string_view text) {
  std::string expanded = Expanded(text);
  return static_cast<size_t>(
      std::count_if(expanded.begin(), expanded.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// The line of `span` and carets below the part of it that the span covers.
std::string Excerpt(SourceSpan span, const SourceFile& source) {
  size_t line_begin = 0;
  std::string line = Shown(LineAround(source.text, span.begin, &line_begin));
  size_t begin = std::min<size_t>(span.begin - line_begin, line.size());
  size_t end = std::clamp<size_t>(span.end - line_begin, begin, line.size());
  size_t indent = WidthOf(absl::string_view(line).substr(0, begin));
  size_t carets = std::max<size_t>(1, WidthOf(absl::string_view(line).substr(0, end)) - indent);
  return absl::StrCat("  ", Expanded(line), "\n  ", std::string(indent, ' '),
                      std::string(carets, '^'), "\n");
}

std::string Headline(SourceSpan span, absl::string_view kind, absl::string_view message,
                     absl::string_view code, const std::vector<SourceFile>& sources) {
  std::string place;
  if (span.file < sources.size()) {
    const SourceFile& source = sources[span.file];
    LineColumn at = PlaceOf(source.text, span.begin);
    place = absl::StrCat(source.path, ":", at.line, ":", at.column, ": ");
  }
  return absl::StrCat(place, kind, ": ", message, code.empty() ? "" : absl::StrCat(" [", code, "]"),
                      "\n");
}

}  // namespace

std::string Render(const Diagnostic& diagnostic, const std::vector<SourceFile>& sources) {
  bool error = diagnostic.severity == Severity::kError;
  std::string text = Headline(diagnostic.span, error ? "error" : "warning", diagnostic.message,
                              diagnostic.code, sources);
  if (diagnostic.span.file < sources.size()) {
    text += Excerpt(diagnostic.span, sources[diagnostic.span.file]);
  }
  if (!diagnostic.suggestion.empty())
    absl::StrAppend(&text, "  help: ", diagnostic.suggestion, "\n");
  for (const Diagnostic::Note& note : diagnostic.notes) {
    text += Headline(note.span, "note", note.message, "", sources);
    if (note.span.file < sources.size()) text += Excerpt(note.span, sources[note.span.file]);
  }
  return text;
}

}  // namespace cartograph::rules
