#include "clients/lsp/completion.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/syntax/lexer.h"

namespace cartograph::lsp {
namespace {

constexpr size_t kTextBytesMax = 1 << 20;

constexpr absl::string_view kDirectives[] = {
    ".decl", ".type", ".input",    ".output", ".printsize", ".limitsize", ".include",
    ".comp", ".init", ".override", ".plan",   ".pragma",    ".once"};
constexpr absl::string_view kPrimitives[] = {"symbol", "number", "unsigned", "float"};
constexpr absl::string_view kKeywords[] = {
    "count", "sum", "min",  "max",  "mean", "match", "contains", "true", "false", "nil",  "as",
    "land",  "lor", "lxor", "lnot", "band", "bor",   "bxor",     "bnot", "bshl",  "bshr", "bshru"};

struct FunctorHelp {
  absl::string_view name;
  absl::string_view signature;
};

constexpr FunctorHelp kFunctors[] = {{"cat", "cat(symbol, …): symbol"},
                                     {"strlen", "strlen(symbol): number, in bytes"},
                                     {"substr", "substr(symbol, from, bytes): symbol"},
                                     {"range", "range(from, to[, step]): each value without to"},
                                     {"to_number", "to_number(x): number"},
                                     {"to_unsigned", "to_unsigned(x): unsigned"},
                                     {"to_float", "to_float(x): float"},
                                     {"to_string", "to_string(x): symbol"}};

bool IsNameChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '?';
}

// The atom around a place: its relation, and which argument stands there.
struct Around {
  std::string relation;
  size_t argument = 0;
};

std::optional<Around> AtomAround(const std::vector<rules::Token>& tokens, size_t count) {
  size_t depth = 0;
  Around around;
  for (size_t i = count; i-- > 0;) {
    const rules::Token& token = tokens[i];
    if (token.Is(")") || token.Is("]") || token.Is("}")) {
      ++depth;
    } else if (token.Is("(") || token.Is("[") || token.Is("{")) {
      if (depth-- > 0) continue;
      const bool atom = token.Is("(") && i > 0 && tokens[i - 1].kind == rules::TokenKind::kName;
      if (!atom) return std::nullopt;
      around.relation = std::string(tokens[i - 1].text);
      return around;
    } else if (depth == 0 && token.Is(",")) {
      ++around.argument;
    } else if (depth == 0 && (token.Is(":-") || token.Is("."))) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

class Completer {
 public:
  Completer(const RuleIndex& index, uint32_t file, size_t offset)
      : index_(index), file_(file), text_(index.sources()[file].text) {
    begin_ = std::min(offset, text_.size());
    while (begin_ > 0 && IsNameChar(text_[begin_ - 1])) --begin_;
  }

  std::vector<Completion> Run() {
    rules::DiagnosticList ignored(0);
    const rules::LexedText lexed = rules::Lex(text_, file_, kTextBytesMax, &ignored);
    size_t before = 0;  // tokens that end before the word at the place
    while (before < lexed.tokens.size() && lexed.tokens[before].kind != rules::TokenKind::kEnd &&
           lexed.tokens[before].span.end <= begin_) {
      ++before;
    }
    const rules::Token* last = before > 0 ? &lexed.tokens[before - 1] : nullptr;
    if (AtDirective()) {
      AddDirectives();
    } else if (last != nullptr && (last->Is(":") || last->Is("<:") || last->Is("|"))) {
      AddTypes();
    } else {
      if (auto around = AtomAround(lexed.tokens, before)) AddColumn(*around);
      AddVariables();
      AddRelations();
      AddWords();
    }
    return std::move(found_);
  }

 private:
  // Whether a dot stands before the word, and nothing before that on its line.
  bool AtDirective() const {
    if (begin_ == 0 || text_[begin_ - 1] != '.') return false;
    return begin_ == 1 || absl::ascii_isspace(static_cast<unsigned char>(text_[begin_ - 2]));
  }

  void Add(absl::string_view text, Completion::Kind kind, std::string detail = "",
           std::string doc = "") {
    found_.push_back({std::string(text), kind, std::move(detail), std::move(doc)});
  }

  void AddDirectives() {
    for (absl::string_view directive : kDirectives) {
      Add(directive.substr(1), Completion::Kind::kKeyword, std::string(directive));
    }
  }

  void AddTypes() {
    for (absl::string_view primitive : kPrimitives) Add(primitive, Completion::Kind::kType);
    for (const auto& [name, type] : index_.types()) {
      Add(name, Completion::Kind::kType, index_.TextOf(type->span), type->doc);
    }
  }

  void AddColumn(const Around& around) {
    const rules::RelationSyntax* relation = index_.FindRelation(around.relation);
    if (relation == nullptr || around.argument >= relation->columns.size()) return;
    const rules::FieldSyntax& column = relation->columns[around.argument];
    const std::string detail = absl::StrCat(column.name, ": ", column.type);
    Add(column.name, Completion::Kind::kColumn, detail);
    const rules::TypeSyntax* type = index_.FindType(column.type);
    if (type == nullptr) return;
    for (const rules::BranchSyntax& branch : type->branches) {
      const std::string fields =
          absl::StrJoin(branch.fields, ", ", [](std::string* out, const rules::FieldSyntax& field) {
            absl::StrAppend(out, field.name);
          });
      Add(branch.name.empty() ? absl::StrCat("[", fields, "]")
                              : absl::StrCat("$", branch.name, "(", fields, ")"),
          Completion::Kind::kColumn, detail);
    }
  }

  void AddVariables() {
    const rules::RuleSyntax* rule = index_.RuleAt(file_, begin_);
    if (rule == nullptr) return;
    for (const std::string& name : index_.VariablesOf(*rule)) {
      Add(name, Completion::Kind::kVariable);
    }
  }

  void AddRelations() {
    for (const auto& [name, relation] : index_.relations()) {
      Add(name, Completion::Kind::kRelation, index_.TextOf(relation->span), relation->doc);
    }
  }

  void AddWords() {
    for (const FunctorHelp& functor : kFunctors) {
      Add(functor.name, Completion::Kind::kFunctor, std::string(functor.signature));
    }
    for (absl::string_view keyword : kKeywords) Add(keyword, Completion::Kind::kKeyword);
  }

  const RuleIndex& index_;
  const uint32_t file_;
  const std::string& text_;
  size_t begin_ = 0;  // of the word at the place
  std::vector<Completion> found_;
};

}  // namespace

std::vector<Completion> CompletionsAt(const RuleIndex& index, uint32_t file, size_t offset) {
  return Completer(index, file, offset).Run();
}

}  // namespace cartograph::lsp
