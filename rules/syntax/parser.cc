#include "rules/syntax/parser.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "rules/syntax/item_parser.h"
#include "rules/syntax/nearest.h"

namespace cartograph::rules {
namespace {

constexpr absl::string_view kDirectiveWords[] = {
    "comp", "decl",   "functor",  "include", "init",   "input",     "lattice", "limitsize",
    "once", "output", "override", "plan",    "pragma", "printsize", "type"};

}  // namespace

ItemsSyntax Parse(absl::string_view text, uint32_t file, const ParseOptions& options,
                  DiagnosticList* diagnostics) {
  LexedText lexed = Lex(text, file, options.text_bytes_max, diagnostics);
  TokenCursor cursor(&lexed, options.nesting_max, diagnostics);
  return ItemParser(&cursor).ParseItems(lexed.tokens.size() - 1, false);
}

ItemsSyntax ItemParser::ParseItems(size_t closing, bool in_component) {
  ItemsSyntax items;
  while (cursor_.index() < closing && !cursor_.AtEnd()) {
    size_t before = cursor_.index();
    ItemsSyntax item;
    ParseItem(in_component, &item);
    if (!cursor_.failed()) {
      Append(std::move(item), &items);
      continue;
    }
    cursor_.Recover(closing);
    if (cursor_.index() == before && cursor_.index() < closing) cursor_.Next();
  }
  return items;
}

std::string ItemParser::DocBetween(size_t first, size_t last) const {
  const std::vector<Comment>& comments = cursor_.lexed().comments;
  auto at = std::lower_bound(
      comments.begin(), comments.end(), first,
      [](const Comment& comment, size_t token) { return comment.next_token < token; });
  std::vector<absl::string_view> lines;
  for (; at != comments.end() && at->next_token <= last; ++at) {
    if (at->doc) lines.push_back(absl::StripAsciiWhitespace(at->text.substr(3)));
  }
  return absl::StrJoin(lines, "\n");
}

void ItemParser::ParseItem(bool in_component, ItemsSyntax* items) {
  size_t begin = cursor_.index();
  Prefix prefix;
  prefix.annotations = rules_.ParseAnnotations();
  if (cursor_.failed()) return;
  prefix.doc = DocBetween(begin, cursor_.index());
  if (cursor_.Peek().kind == TokenKind::kDirective) {
    if (!ParseDirectiveItem(in_component, std::move(prefix), items)) {
      cursor_.Fail(absl::StrCat("an item of a ", in_component ? "component" : "file"));
      cursor_.Next();
    }
    return;
  }
  if (cursor_.Is(".") && cursor_.Peek(1).kind == TokenKind::kName) {
    std::string near =
        NearestName(cursor_.Peek(1).text, {std::begin(kDirectiveWords), std::end(kDirectiveWords)});
    cursor_.Fail(Code::kUnknownDirective, cursor_.Peek(1).span,
                 absl::StrCat("there is no directive '.", cursor_.Peek(1).text, "'"),
                 near.empty() ? "" : absl::StrCat("did you mean .", near, "?"));
    return;
  }
  if (!cursor_.IsName()) {
    if (cursor_.Peek().kind == TokenKind::kKeyword) cursor_.ExpectName("the name of a relation");
    return cursor_.Fail("a rule, a fact or a declaration");
  }
  RuleSyntax rule = rules_.ParseRule();
  rule.annotations.insert(rule.annotations.begin(), prefix.annotations.begin(),
                          prefix.annotations.end());
  items->rules.push_back(std::move(rule));
}

bool ItemParser::ParseDirectiveItem(bool in_component, Prefix prefix, ItemsSyntax* items) {
  if (cursor_.Is(".decl")) {
    for (RelationSyntax& relation : ParseRelations(std::move(prefix), items)) {
      items->relations.push_back(std::move(relation));
    }
    return true;
  }
  if (cursor_.Is(".type")) {
    items->types.push_back(ParseType(std::move(prefix)));
    return true;
  }
  if (cursor_.Is(".number_type") || cursor_.Is(".symbol_type")) {
    items->types.push_back(ParseDeprecatedType(std::move(prefix)));
    return true;
  }
  using Kind = DirectiveSyntax::Kind;
  constexpr std::pair<absl::string_view, Kind> kIo[] = {{".input", Kind::kInput},
                                                        {".output", Kind::kOutput},
                                                        {".printsize", Kind::kPrintSize},
                                                        {".limitsize", Kind::kLimitSize}};
  for (const auto& [word, kind] : kIo) {
    if (!cursor_.Is(word)) continue;
    items->directives.push_back(ParseIo(kind));
    return true;
  }
  return ParseComponentItem(in_component, items) || ParseUnsupported() ||
         (!in_component && ParseFileItem(items));
}

bool ItemParser::ParseFileItem(ItemsSyntax* items) {
  if (cursor_.Is(".include")) {
    ParseInclude(items);
  } else if (cursor_.Accept(".once")) {
    items->once = true;
  } else if (cursor_.Is(".pragma")) {
    ParsePragma();
  } else {
    return false;
  }
  return true;
}

bool ItemParser::ParseComponentItem(bool in_component, ItemsSyntax* items) {
  if (cursor_.Is(".comp")) {
    items->components.push_back(ParseComponent());
  } else if (cursor_.Is(".init")) {
    items->instances.push_back(ParseInstance());
  } else if (in_component && cursor_.Accept(".override")) {
    size_t name = cursor_.index();
    std::string relation = cursor_.ExpectName("the name of a relation");
    items->overrides.emplace_back(std::move(relation), cursor_.SpanFrom(name));
  } else {
    return false;
  }
  return true;
}

bool ItemParser::ParseUnsupported() {
  const Token& token = cursor_.Peek();
  if (cursor_.Is(".functor")) {
    cursor_.Fail(Code::kUserFunctor, token.span, "user-defined functors are not supported");
    cursor_.Next();
    return true;
  }
  if (cursor_.Is(".lattice")) {
    cursor_.Fail(Code::kLattice, token.span, "lattices are not supported",
                 "subsumption (a <= b :- …) keeps the best of several facts");
    cursor_.Next();
    return true;
  }
  return false;
}

}  // namespace cartograph::rules
