// Rules and their bodies.

#include "absl/strings/str_cat.h"
#include "rules/syntax/rule_parser.h"

namespace cartograph::rules {
namespace {

struct ComparisonWord {
  absl::string_view word;
  ComparisonSyntax comparison;
};

constexpr ComparisonWord kComparisons[] = {
    {"=", ComparisonSyntax::kEqual},   {"!=", ComparisonSyntax::kNotEqual},
    {"<", ComparisonSyntax::kLess},    {"<=", ComparisonSyntax::kLessEqual},
    {">", ComparisonSyntax::kGreater}, {">=", ComparisonSyntax::kGreaterEqual}};

bool IsInfix(const Token& token) {
  constexpr absl::string_view kWords[] = {"=",    "!=",   "<",    "<=",    ">",    ">=",   "+",
                                          "-",    "*",    "/",    "%",     "^",    "band", "bor",
                                          "bxor", "bshl", "bshr", "bshru", "land", "lor",  "lxor"};
  for (absl::string_view word : kWords) {
    if (token.Is(word)) return true;
  }
  return false;
}

}  // namespace

std::string RuleParser::ParseQualifiedName(absl::string_view what) {
  std::string name = cursor_.ExpectName(what);
  while (!cursor_.failed() && cursor_.Is(".") && cursor_.Peek(1).kind == TokenKind::kName &&
         cursor_.Peek(1).span.begin == cursor_.Peek().span.end) {
    cursor_.Next();
    absl::StrAppend(&name, ".", cursor_.Next().text);
  }
  return name;
}

RuleSyntax RuleParser::ParseRule() {
  size_t begin = cursor_.index();
  RuleSyntax rule;
  rule.heads.push_back(ParseAtom());
  if (cursor_.Accept("<=")) {
    rule.subsumption = true;
    rule.heads.push_back(ParseAtom());
  }
  while (!rule.subsumption && cursor_.Accept(",")) rule.heads.push_back(ParseAtom());
  if (cursor_.Accept(":-")) {
    std::vector<AnnotationSyntax> inner = ParseAnnotations();
    rule.annotations.insert(rule.annotations.end(), inner.begin(), inner.end());
    rule.body = ParseBody();
    cursor_.Expect(".", "at the end of a rule, or ',' before its next literal");
  } else if (rule.subsumption || rule.heads.size() > 1) {
    cursor_.Fail("':-' and a body");
  } else {
    cursor_.Expect(".", "at the end of a fact, or ':-' before the body of a rule");
  }
  rule.span = cursor_.SpanFrom(begin);
  if (rule.body && cursor_.Is(".plan")) ParsePlan(&rule);
  return rule;
}

// .plan 0:(2,1), 1:(1,2)
void RuleParser::ParsePlan(RuleSyntax* rule) {
  size_t begin = cursor_.index();
  rule->plan = true;
  cursor_.Next();
  do {
    if (cursor_.Peek().kind != TokenKind::kNumber) return cursor_.Fail("a number");
    cursor_.Next();
    cursor_.Expect(":", "in a plan");
    cursor_.Expect("(", "in a plan");
    while (!cursor_.failed() && cursor_.Peek().kind == TokenKind::kNumber) {
      cursor_.Next();
      if (!cursor_.Accept(",")) break;
    }
    cursor_.Expect(")", "in a plan");
  } while (cursor_.Accept(","));
  cursor_.diagnostics()->Add(Code::kPlanIgnored, cursor_.SpanFrom(begin),
                             "this plan is ignored: the order of literals is chosen by statistics");
}

AtomSyntax RuleParser::ParseAtom() {
  size_t begin = cursor_.index();
  AtomSyntax atom;
  atom.name = ParseQualifiedName("the name of a relation");
  atom.name_span = cursor_.SpanFrom(begin);
  if (cursor_.Expect("(", absl::StrCat("after '", atom.name, "'"))) {
    if (!cursor_.Accept(")")) {
      do {
        atom.arguments.push_back(ParseTerm());
      } while (cursor_.Accept(","));
      cursor_.Expect(")", "or ','");
    }
  }
  atom.span = cursor_.SpanFrom(begin);
  return atom;
}

BodySyntax RuleParser::ParseBody() {
  size_t begin = cursor_.index();
  BodySyntax first = ParseConjunction();
  if (!cursor_.Is(";")) return first;
  BodySyntax body{.kind = BodySyntax::Kind::kDisjunction};
  body.parts.push_back(std::move(first));
  while (cursor_.Accept(";")) body.parts.push_back(ParseConjunction());
  body.span = cursor_.SpanFrom(begin);
  return body;
}

BodySyntax RuleParser::ParseConjunction() {
  size_t begin = cursor_.index();
  BodySyntax first = ParseLiteral();
  if (!cursor_.Is(",")) return first;
  BodySyntax body{.kind = BodySyntax::Kind::kConjunction};
  body.parts.push_back(std::move(first));
  while (cursor_.Accept(",")) body.parts.push_back(ParseLiteral());
  body.span = cursor_.SpanFrom(begin);
  return body;
}

// name(.name)*( begins an atom.
bool RuleParser::AtAtom() const {
  size_t ahead = 0;
  while (cursor_.Peek(ahead).kind == TokenKind::kName) {
    if (cursor_.Peek(ahead + 1).Is("(")) return true;
    if (!cursor_.Peek(ahead + 1).Is(".")) return false;
    ahead += 2;
  }
  return false;
}

// A parenthesis holds a part of the body, unless what follows it continues a term.
bool RuleParser::AtGroup() const {
  uint32_t match = cursor_.Peek().match;
  return match == 0 || !IsInfix(cursor_.At(match + 1));
}

BodySyntax RuleParser::ParseLiteral() {
  size_t begin = cursor_.index();
  BodySyntax literal;
  if (cursor_.failed() || !cursor_.Enter()) return literal;
  if (cursor_.Accept("!")) {
    literal.kind = BodySyntax::Kind::kNegation;
    literal.parts.push_back(ParseLiteral());
  } else if (cursor_.Is("(") && AtGroup()) {
    cursor_.Next();
    literal = ParseBody();
    cursor_.Expect(")", "to close the parenthesis");
  } else if (AtAtom()) {
    literal.kind = BodySyntax::Kind::kAtom;
    literal.atom = ParseAtom();
  } else {
    literal = ParseConstraint();
  }
  literal.span = cursor_.SpanFrom(begin);
  cursor_.Leave();
  return literal;
}

BodySyntax RuleParser::ParseConstraint() {
  size_t begin = cursor_.index();
  if (cursor_.Is("match")) return ParsePrefixConstraint(ComparisonSyntax::kMatch);
  if (cursor_.Is("contains")) return ParsePrefixConstraint(ComparisonSyntax::kContains);
  if (cursor_.Is("true") || cursor_.Is("false")) {
    BodySyntax literal{.kind = BodySyntax::Kind::kConstraint};
    literal.constraint.comparison =
        cursor_.Next().text == "true" ? ComparisonSyntax::kTrue : ComparisonSyntax::kFalse;
    literal.constraint.span = cursor_.SpanFrom(begin);
    return literal;
  }
  return ParseAnyConstraint(begin);
}

BodySyntax RuleParser::ParseAnyConstraint(size_t begin) {
  BodySyntax literal{.kind = BodySyntax::Kind::kConstraint};
  literal.constraint.sides.push_back(ParseTerm());
  for (const ComparisonWord& candidate : kComparisons) {
    if (!cursor_.Accept(candidate.word)) continue;
    literal.constraint.comparison = candidate.comparison;
    literal.constraint.sides.push_back(ParseTerm());
    literal.constraint.span = cursor_.SpanFrom(begin);
    return literal;
  }
  cursor_.Fail("a comparison such as '=' or '<'",
               cursor_.Is(":-") ? "" : "an atom is written name(…)");
  return literal;
}

BodySyntax RuleParser::ParsePrefixConstraint(ComparisonSyntax comparison) {
  size_t begin = cursor_.index();
  BodySyntax literal{.kind = BodySyntax::Kind::kConstraint};
  std::string word(cursor_.Next().text);
  literal.constraint.comparison = comparison;
  cursor_.Expect("(", absl::StrCat("after '", word, "'"));
  literal.constraint.sides.push_back(ParseTerm());
  cursor_.Expect(",", absl::StrCat("between the two arguments of '", word, "'"));
  literal.constraint.sides.push_back(ParseTerm());
  cursor_.Expect(")", absl::StrCat("after the two arguments of '", word, "'"));
  literal.constraint.span = cursor_.SpanFrom(begin);
  return literal;
}

std::vector<AnnotationSyntax> RuleParser::ParseAnnotations() {
  std::vector<AnnotationSyntax> annotations;
  while (cursor_.Is("@") && !cursor_.failed()) annotations.push_back(ParseAnnotation());
  return annotations;
}

AnnotationSyntax RuleParser::ParseAnnotation() {
  size_t begin = cursor_.index();
  AnnotationSyntax annotation;
  cursor_.Next();
  cursor_.Accept("!");
  size_t close = cursor_.Peek().match;
  if (!cursor_.Is("[") || close == 0) {
    cursor_.Fail(Code::kMalformedAnnotation, cursor_.SpanFrom(begin),
                 "an annotation is written @[name], @[name = value] or @[name(key = value)]");
    return annotation;
  }
  cursor_.Next();
  const Token& name = cursor_.Peek();
  if (name.kind != TokenKind::kName && name.kind != TokenKind::kKeyword) {
    cursor_.Fail(Code::kMalformedAnnotation, name.span, "an annotation begins with its name");
    return annotation;
  }
  annotation.name = std::string(cursor_.Next().text);
  ParseAnnotationArguments(close, &annotation);
  while (cursor_.index() <= close && !cursor_.AtEnd()) cursor_.Next();
  annotation.span = cursor_.SpanFrom(begin);
  return annotation;
}

// What stands before token `end`. Anything but `= value` and `(key = value, …)` is kept as one
// value: its words, with one space between them.
void RuleParser::ParseAnnotationArguments(size_t end, AnnotationSyntax* annotation) {
  if (cursor_.index() == end) return;
  auto value_of = [](const Token& token) {
    return token.kind == TokenKind::kString ? token.value : std::string(token.text);
  };
  size_t first = cursor_.index();
  if (cursor_.Accept("=") && cursor_.index() + 1 == end) {
    annotation->arguments.emplace_back("", value_of(cursor_.Peek()));
    return;
  }
  if (cursor_.Is("(") && cursor_.Peek().match + 1 == end) {
    cursor_.Next();
    while (cursor_.index() + 3 < end && cursor_.Peek(1).Is("=")) {
      annotation->arguments.emplace_back(std::string(cursor_.Peek().text),
                                         value_of(cursor_.Peek(2)));
      for (int i = 0; i < 3; ++i) cursor_.Next();
      if (!cursor_.Accept(",")) break;
    }
    if (cursor_.index() + 1 == end) return;
  }
  if (cursor_.At(first).Is("=")) ++first;
  std::string words;
  for (size_t i = first; i < end; ++i) {
    absl::StrAppend(&words, i > first ? " " : "", cursor_.At(i).text);
  }
  annotation->arguments.assign(1, {"", std::move(words)});
}

}  // namespace cartograph::rules
