#include "rules/syntax/token_spacing.h"

#include <algorithm>

namespace cartograph::rules {
namespace {

bool IsWord(const Token& token) {
  return token.kind == TokenKind::kName || token.kind == TokenKind::kKeyword;
}

template <size_t N>
bool IsOneOf(const Token& token, const absl::string_view (&words)[N]) {
  return std::any_of(std::begin(words), std::end(words),
                     [&](absl::string_view word) { return token.Is(word); });
}

constexpr absl::string_view kWordOperators[] = {"band", "bor", "bxor", "bshl", "bshr", "bshru",
                                                "land", "lor", "lxor", "bnot", "lnot"};
constexpr absl::string_view kAggregates[] = {"count", "sum", "min", "max", "mean"};

class Spacing {
 public:
  Spacing(const std::vector<Token>& tokens, const ItemRange& item) : tokens_(tokens), item_(item) {}

  std::vector<bool> Run() {
    std::vector<bool> spaces;
    for (size_t i = item_.begin; i < item_.end; ++i) {
      spaces.push_back(i > item_.begin && HasSpace(i));
      Track(i);
    }
    return spaces;
  }

 private:
  void Track(size_t i) {
    const Token& token = tokens_[i];
    if (token.match > i) open_.push_back(i);
    if (!open_.empty() && tokens_[open_.back()].match == i) open_.pop_back();
  }

  bool In(absl::string_view bracket) const {
    return !open_.empty() && tokens_[open_.back()].Is(bracket);
  }

  bool HasSpace(size_t i) const {
    const Token& token = tokens_[i];
    const Token& before = tokens_[i - 1];
    if (token.Is(",") || token.Is(";") || token.Is(")") || token.Is("]")) return false;
    if (before.Is("(") || before.Is("[") || before.Is("$") || before.Is("@")) return false;
    if (token.Is(".") || (before.Is(".") && IsQualifyingDot(tokens_, i - 1))) return false;
    if (before.Is("!") || IsUnaryMinus(i - 1)) return false;
    if (token.Is("{") || token.Is("}") || before.Is("{")) return HasBraceSpace(i);
    if (token.Is("(")) return HasParenthesisSpace(i);
    if (token.Is(":")) return item_.kind == ItemKind::kRule || item_.kind == ItemKind::kComponent;
    if (before.Is(":")) return item_.kind != ItemKind::kPlan;
    bool header = item_.kind == ItemKind::kComponent || item_.kind == ItemKind::kInstance;
    if (header && (token.Is("<") || token.Is(">") || before.Is("<"))) return false;
    if (item_.kind == ItemKind::kIo && (token.Is("=") || before.Is("="))) return false;
    if (item_.kind == ItemKind::kAnnotation && before.Is("@")) return false;
    return true;
  }

  // The fields of a branch stand close to their braces; the body of an aggregate does not.
  bool HasBraceSpace(size_t i) const {
    if (tokens_[i].Is("{")) return true;
    if (tokens_[i - 1].Is("{") && tokens_[i].Is("}")) return false;
    return item_.kind == ItemKind::kRule;
  }

  bool HasParenthesisSpace(size_t i) const {
    const Token& before = tokens_[i - 1];
    if (item_.kind == ItemKind::kPlan && before.Is(":")) return false;
    if (item_.kind == ItemKind::kAnnotation) return !IsWord(before);
    if (!IsWord(before) || IsOneOf(before, kWordOperators)) return true;
    return IsOneOf(before, kAggregates) && item_.kind == ItemKind::kRule && !IsFunctorCall(i);
  }

  // min(a, b), not min (a + b) : { … }.
  bool IsFunctorCall(size_t open) const {
    size_t depth = 0;
    for (size_t i = open; i < tokens_[open].match; ++i) {
      if (tokens_[i].match > i) ++depth;
      if (depth == 1 && tokens_[i].Is(",")) return true;
      if (tokens_[i].Is(")") || tokens_[i].Is("]") || tokens_[i].Is("}")) --depth;
    }
    return false;
  }

  // A minus is unary unless a term ends before it.
  bool IsUnaryMinus(size_t i) const {
    if (!tokens_[i].Is("-")) return false;
    if (i == item_.begin) return true;
    const Token& before = tokens_[i - 1];
    bool term = before.kind == TokenKind::kName || before.kind == TokenKind::kNumber ||
                before.kind == TokenKind::kUnsigned || before.kind == TokenKind::kFloat ||
                before.kind == TokenKind::kString || before.Is(")") || before.Is("]") ||
                before.Is("}") || before.Is("nil") || before.Is("_");
    return !term;
  }

  const std::vector<Token>& tokens_;
  const ItemRange& item_;
  std::vector<size_t> open_;
};

}  // namespace

std::vector<bool> SpacesBefore(const std::vector<Token>& tokens, const ItemRange& item) {
  return Spacing(tokens, item).Run();
}

}  // namespace cartograph::rules
