#include "clients/lsp/text_place.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace cartograph::lsp {
namespace {

constexpr absl::string_view kFileScheme = "file://";

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// UTF-16 code units of the code point that begins with `c`; 0 inside of one.
size_t UnitsOf(char c) {
  if (IsContinuation(c)) return 0;
  return static_cast<unsigned char>(c) >= 0xF0 ? 2 : 1;
}

}  // namespace

Json PositionOf(absl::string_view text, size_t offset) {
  text = text.substr(0, std::min(offset, text.size()));
  const auto line = std::count(text.begin(), text.end(), '\n');
  const size_t begin = text.rfind('\n');
  size_t character = 0;
  for (const char c : text.substr(begin == absl::string_view::npos ? 0 : begin + 1)) {
    character += UnitsOf(c);
  }
  return {{"line", line}, {"character", character}};
}

Json RangeOf(absl::string_view text, rules::SourceSpan span) {
  return {{"start", PositionOf(text, span.begin)}, {"end", PositionOf(text, span.end)}};
}

size_t OffsetOf(absl::string_view text, const Json& position) {
  size_t offset = 0;
  for (uint32_t line = NumberOf(Member(position, "line")); line > 0; --line) {
    const size_t end = text.find('\n', offset);
    if (end == absl::string_view::npos) return text.size();
    offset = end + 1;
  }
  size_t units = 0;
  const size_t wanted = NumberOf(Member(position, "character"));
  while (offset < text.size() && text[offset] != '\n') {
    units += UnitsOf(text[offset]);
    if (units > wanted) break;
    ++offset;
  }
  return offset;
}

std::string PathOf(absl::string_view uri) {
  if (!absl::ConsumePrefix(&uri, kFileScheme)) return std::string(uri);
  std::string path;
  while (!uri.empty()) {
    const bool escape = uri[0] == '%' && uri.size() >= 3 &&
                        absl::ascii_isxdigit(static_cast<unsigned char>(uri[1])) &&
                        absl::ascii_isxdigit(static_cast<unsigned char>(uri[2]));
    absl::StrAppend(&path, escape ? absl::HexStringToBytes(uri.substr(1, 2)) : uri.substr(0, 1));
    uri.remove_prefix(escape ? 3 : 1);
  }
  return path;
}

std::string UriOf(absl::string_view path) {
  if (!absl::StartsWith(path, "/")) return std::string(path);
  std::string uri(kFileScheme);
  for (const char c : path) {
    const bool plain = absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                       absl::StrContains("/-_.~", absl::string_view(&c, 1));
    const std::string hex = absl::AsciiStrToUpper(absl::BytesToHexString(absl::string_view(&c, 1)));
    absl::StrAppend(&uri, plain ? std::string(1, c) : absl::StrCat("%", hex));
  }
  return uri;
}

}  // namespace cartograph::lsp
