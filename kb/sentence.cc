#include "kb/sentence.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace cartograph::kb {
namespace {

constexpr size_t kSideBytesMax = 1000;
constexpr size_t kTagBytesMax = 12;  // "</section>" and the like

bool IsOneOf(char c, absl::string_view set) { return set.find(c) != absl::string_view::npos; }

// Whether the quotation mark at `i` opens or closes a string of JSON, plain or escaped.
bool IsJsonQuote(absl::string_view text, size_t i) {
  if (text[i] != '"') return false;
  const bool opens = i > 0 && IsOneOf(text[i - 1], ":,{[\\");
  const bool closes = i + 1 < text.size() && IsOneOf(text[i + 1], ":,}]\\");
  return opens || closes;
}

bool IsMarkupName(absl::string_view name) {
  absl::ConsumePrefix(&name, "/");
  if (name.empty()) return false;
  for (char c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) return false;
  }
  return true;
}

bool TagEndsAt(absl::string_view text, size_t end) {
  if (end == 0 || text[end - 1] != '>') return false;
  const absl::string_view before = text.substr(0, end - 1);
  const absl::string_view near = before.substr(end - std::min(end, kTagBytesMax));
  const size_t begin = near.rfind('<');
  return begin != absl::string_view::npos && IsMarkupName(near.substr(begin + 1));
}

bool TagBeginsAt(absl::string_view text, size_t begin) {
  if (text[begin] != '<') return false;
  const absl::string_view near = text.substr(begin + 1, kTagBytesMax);
  const size_t end = near.find('>');
  return end != absl::string_view::npos && IsMarkupName(near.substr(0, end));
}

// Whether a sentence has ended with the byte before `end`.
bool SentenceEndsAt(absl::string_view text, size_t end) {
  const absl::string_view before = text.substr(0, end);
  for (absl::string_view stop : {"。", "！", "？"}) {
    if (absl::EndsWith(before, stop)) return true;
  }
  if (end == 0 || !IsOneOf(text[end - 1], ".!?")) return false;
  if (end == text.size()) return true;
  if (!absl::ascii_isspace(static_cast<unsigned char>(text[end]))) return false;
  const absl::string_view rest = absl::StripLeadingAsciiWhitespace(text.substr(end));
  return rest.empty() || !absl::ascii_islower(static_cast<unsigned char>(rest[0]));
}

bool BeginsAt(absl::string_view text, size_t i) {
  return i == 0 || IsOneOf(text[i - 1], "\r\n") || IsJsonQuote(text, i - 1) || TagEndsAt(text, i) ||
         SentenceEndsAt(text, i);
}

bool EndsAt(absl::string_view text, size_t i) {
  return i == text.size() || IsOneOf(text[i], "\r\n") || IsJsonQuote(text, i) ||
         absl::StartsWith(text.substr(i), "\\\"") || TagBeginsAt(text, i) ||
         SentenceEndsAt(text, i);
}

bool InsideCodePoint(absl::string_view text, size_t i) {
  return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
}

}  // namespace

std::string SentenceAround(absl::string_view text, ByteRange phrase) {
  size_t begin = phrase.begin;
  while (!BeginsAt(text, begin) && phrase.begin - begin < kSideBytesMax) --begin;
  while (InsideCodePoint(text, begin)) ++begin;
  size_t end = phrase.end;
  while (!EndsAt(text, end) && end - phrase.end < kSideBytesMax) ++end;
  while (InsideCodePoint(text, end)) --end;
  return std::string(absl::StripAsciiWhitespace(text.substr(begin, end - begin)));
}

}  // namespace cartograph::kb
