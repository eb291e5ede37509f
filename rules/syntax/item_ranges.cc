#include "rules/syntax/item_ranges.h"

#include <utility>

namespace cartograph::rules {
namespace {

constexpr std::pair<absl::string_view, ItemKind> kDirectiveKinds[] = {
    {".type", ItemKind::kType},        {".number_type", ItemKind::kType},
    {".symbol_type", ItemKind::kType}, {".decl", ItemKind::kRelation},
    {".input", ItemKind::kIo},         {".output", ItemKind::kIo},
    {".printsize", ItemKind::kIo},     {".limitsize", ItemKind::kIo},
    {".plan", ItemKind::kPlan},        {".comp", ItemKind::kComponent},
    {".init", ItemKind::kInstance}};

ItemKind KindOf(const Token& directive) {
  for (const auto& [word, kind] : kDirectiveKinds) {
    if (directive.text == word) return kind;
  }
  return ItemKind::kOther;
}

// Whether a name behind `token` begins something new.
bool CompletesItem(const Token& token) {
  return token.kind == TokenKind::kName || token.kind == TokenKind::kKeyword ||
         token.kind == TokenKind::kString || token.kind == TokenKind::kNumber || token.Is(")") ||
         token.Is("]") || token.Is("}") || token.Is(">") || token.Is(".once");
}

size_t EndOfDirective(const std::vector<Token>& tokens, size_t begin) {
  for (size_t i = begin + 1; i + 1 < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (token.kind == TokenKind::kDirective || token.Is("}")) return i;
    if (token.kind == TokenKind::kName && CompletesItem(tokens[i - 1])) return i;
    if (token.Is("@") && !tokens[i - 1].Is("=") && !tokens[i - 1].Is("|")) return i;
    if (token.match > i) i = token.match;
  }
  return tokens.size() - 1;
}

size_t EndOfRule(const std::vector<Token>& tokens, size_t begin) {
  for (size_t i = begin; i + 1 < tokens.size(); ++i) {
    if (tokens[i].match > i) i = tokens[i].match;
    if (tokens[i].Is(".") && !IsQualifyingDot(tokens, i)) return i + 1;
  }
  return tokens.size() - 1;
}

}  // namespace

bool IsQualifyingDot(const std::vector<Token>& tokens, size_t index) {
  return index > 0 && tokens[index - 1].kind == TokenKind::kName &&
         tokens[index + 1].kind == TokenKind::kName &&
         tokens[index + 1].span.begin == tokens[index].span.end;
}

ItemRange ItemAt(const std::vector<Token>& tokens, size_t begin) {
  const Token& first = tokens[begin];
  if (first.Is("@")) {
    size_t open = tokens[begin + 1].Is("!") ? begin + 2 : begin + 1;
    return {ItemKind::kAnnotation, begin, tokens[open].match + 1};
  }
  if (first.kind != TokenKind::kDirective)
    return {ItemKind::kRule, begin, EndOfRule(tokens, begin)};
  ItemKind kind = KindOf(first);
  if (kind == ItemKind::kComponent) {
    size_t end = begin;
    while (!tokens[end].Is("{")) ++end;
    return {kind, begin, end + 1};
  }
  return {kind, begin, EndOfDirective(tokens, begin)};
}

}  // namespace cartograph::rules
