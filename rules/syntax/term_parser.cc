// Terms: operator precedence as Soufflé's grammar has it, from lor (binds least) to ^ (binds most,
// to the right).

#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "rules/syntax/nearest.h"
#include "rules/syntax/rule_parser.h"

namespace cartograph::rules {
namespace {

struct Operator {
  absl::string_view word;
  int level;
};

constexpr int kUnaryLevel = 9;
constexpr int kPowerLevel = 10;

constexpr Operator kOperators[] = {{"lor", 0},   {"lxor", 1}, {"land", 2},       {"bor", 3},
                                   {"bxor", 4},  {"band", 5}, {"bshl", 6},       {"bshr", 6},
                                   {"bshru", 6}, {"+", 7},    {"-", 7},          {"*", 8},
                                   {"/", 8},     {"%", 8},    {"^", kPowerLevel}};

constexpr absl::string_view kFunctors[] = {
    "cat", "ord", "range", "strlen", "substr", "to_float", "to_number", "to_string", "to_unsigned"};
constexpr absl::string_view kAggregates[] = {"count", "sum", "min", "max", "mean"};

const Operator* OperatorAt(const TokenCursor& cursor) {
  for (const Operator& op : kOperators) {
    if (cursor.Is(op.word)) return &op;
  }
  return nullptr;
}

template <typename Words>
bool IsOneOf(const TokenCursor& cursor, const Words& words) {
  return std::any_of(std::begin(words), std::end(words),
                     [&](absl::string_view word) { return cursor.Is(word); });
}

AggregateSyntax::Op AggregateOf(absl::string_view word) {
  auto at = std::find(std::begin(kAggregates), std::end(kAggregates), word);
  return static_cast<AggregateSyntax::Op>(at - std::begin(kAggregates));
}

// An IPv4 address is written as the signed number that its four bytes make.
std::string NumberText(absl::string_view text) {
  std::vector<absl::string_view> bytes = absl::StrSplit(text, '.');
  if (bytes.size() == 1) return std::string(text);
  uint32_t address = 0;
  for (absl::string_view byte : bytes) {
    uint32_t value = 0;
    if (!absl::SimpleAtoi(byte, &value)) return std::string(text);
    address = address << 8 | value;
  }
  return absl::StrCat(static_cast<int32_t>(address));
}

uint32_t DepthOf(const BodySyntax& body) {
  uint32_t depth = 1;
  for (const TermSyntax& term : body.atom.arguments) depth = std::max(depth, term.depth);
  for (const TermSyntax& term : body.constraint.sides) depth = std::max(depth, term.depth);
  for (const BodySyntax& part : body.parts) depth = std::max(depth, DepthOf(part));
  return depth + 1;
}

}  // namespace

TermSyntax RuleParser::Leaf(TermSyntax::Kind kind, std::string text) {
  size_t begin = cursor_.index();
  cursor_.Next();
  return {.kind = kind, .text = std::move(text), .span = cursor_.SpanFrom(begin)};
}

TermSyntax RuleParser::Node(TermSyntax::Kind kind, std::string text,
                            std::vector<TermSyntax> arguments, size_t begin) {
  uint32_t depth = 0;
  for (const TermSyntax& argument : arguments) depth = std::max(depth, argument.depth);
  if (depth >= cursor_.nesting_max()) {
    cursor_.Fail(Code::kNestingTooDeep, cursor_.SpanFrom(begin),
                 absl::StrCat("this is nested more than ", cursor_.nesting_max(), " deep"),
                 "split it over several rules");
  }
  return {.kind = kind,
          .text = std::move(text),
          .arguments = std::move(arguments),
          .span = cursor_.SpanFrom(begin),
          .depth = depth + 1};
}

TermSyntax RuleParser::ParseOperators(int level_min) {
  size_t begin = cursor_.index();
  if (!cursor_.Enter()) return {};
  TermSyntax left = ParseUnary();
  while (const Operator* op = OperatorAt(cursor_)) {
    if (op->level < level_min) break;
    cursor_.Next();
    // ^ groups to the right; the others to the left.
    TermSyntax right = ParseOperators(op->level == kPowerLevel ? kPowerLevel : op->level + 1);
    std::vector<TermSyntax> sides;
    sides.push_back(std::move(left));
    sides.push_back(std::move(right));
    left = Node(TermSyntax::Kind::kFunctor, std::string(op->word), std::move(sides), begin);
  }
  cursor_.Leave();
  return left;
}

TermSyntax RuleParser::ParseUnary() {
  size_t begin = cursor_.index();
  if (cursor_.Accept("-")) return ParseNegative(begin);
  if (!cursor_.Is("bnot") && !cursor_.Is("lnot")) return ParsePrimary();
  std::string word(cursor_.Next().text);
  std::vector<TermSyntax> operand;
  operand.push_back(ParseOperators(kUnaryLevel));
  return Node(TermSyntax::Kind::kFunctor, std::move(word), std::move(operand), begin);
}

// As in Soufflé, a minus before a number makes a negative number; anywhere else it is the functor.
TermSyntax RuleParser::ParseNegative(size_t begin) {
  TermSyntax operand = ParseOperators(kUnaryLevel);
  bool number = operand.kind == TermSyntax::Kind::kNumber ||
                operand.kind == TermSyntax::Kind::kUnsigned ||
                operand.kind == TermSyntax::Kind::kFloat;
  if (number && operand.text[0] != '-') {
    operand.text.insert(0, "-");
    operand.span = cursor_.SpanFrom(begin);
    return operand;
  }
  std::vector<TermSyntax> arguments;
  arguments.push_back(std::move(operand));
  return Node(TermSyntax::Kind::kFunctor, "-", std::move(arguments), begin);
}

TermSyntax RuleParser::ParsePrimary() {
  if (cursor_.failed()) return {};
  const Token& token = cursor_.Peek();
  switch (token.kind) {
    case TokenKind::kString:
      return Leaf(TermSyntax::Kind::kString, token.value);
    case TokenKind::kNumber:
      return Leaf(TermSyntax::Kind::kNumber, NumberText(token.text));
    case TokenKind::kUnsigned:
      return Leaf(TermSyntax::Kind::kUnsigned,
                  std::string(token.text.substr(0, token.text.size() - 1)));
    case TokenKind::kFloat:
      return Leaf(TermSyntax::Kind::kFloat, std::string(token.text));
    case TokenKind::kName:
      if (cursor_.Peek(1).Is("(")) return ParseUnknownFunctor();
      return Leaf(TermSyntax::Kind::kVariable, std::string(token.text));
    default:
      return ParseWord();
  }
}

// What begins with a reserved word or punctuation.
TermSyntax RuleParser::ParseWord() {
  size_t begin = cursor_.index();
  if (cursor_.Is("_")) return Leaf(TermSyntax::Kind::kUnnamed);
  if (cursor_.Is("nil")) return Leaf(TermSyntax::Kind::kNil);
  if (cursor_.Is("$")) return ParseBranch();
  if (cursor_.Is("as")) return ParseCast();
  if (cursor_.Is("@")) return ParseUserFunctor();
  if (IsOneOf(cursor_, kAggregates)) return ParseAggregate();
  if (IsOneOf(cursor_, kFunctors)) return ParseFunctor();
  if (cursor_.Accept("[")) {
    std::vector<TermSyntax> fields = ParseTerms("]");
    return Node(TermSyntax::Kind::kRecord, "", std::move(fields), begin);
  }
  if (cursor_.Accept("(")) {
    TermSyntax term = ParseTerm();
    cursor_.Expect(")", "to close the parenthesis");
    return term;
  }
  if (cursor_.Is("autoinc")) {
    cursor_.Fail(Code::kAutoinc, cursor_.Peek().span, "autoinc() is not supported",
                 "number things outside the rules, or take the smallest with an aggregate");
    return {};
  }
  absl::string_view word = cursor_.Peek().text;
  if (cursor_.Peek().kind == TokenKind::kKeyword && absl::StartsWith(word, "__")) {
    cursor_.Fail(Code::kPlaceMacro, cursor_.Peek().span, absl::StrCat(word, " is not supported"));
    return {};
  }
  cursor_.Fail("a term: a variable, a constant or an expression");
  return {};
}

std::vector<TermSyntax> RuleParser::ParseTerms(absl::string_view close) {
  std::vector<TermSyntax> terms;
  if (cursor_.Accept(close)) return terms;
  do {
    terms.push_back(ParseTerm());
  } while (cursor_.Accept(","));
  cursor_.Expect(close, "or ','");
  return terms;
}

TermSyntax RuleParser::ParseBranch() {
  size_t begin = cursor_.index();
  cursor_.Next();
  if (!cursor_.IsName()) {
    cursor_.Fail(Code::kAutoinc, cursor_.SpanFrom(begin), "the counter $ is not supported",
                 "for a branch of an algebraic type write $Name(…)");
    return {};
  }
  std::string name = ParseQualifiedName("a branch");
  std::vector<TermSyntax> arguments;
  if (cursor_.Expect("(", "after the name of a branch")) arguments = ParseTerms(")");
  return Node(TermSyntax::Kind::kBranch, std::move(name), std::move(arguments), begin);
}

TermSyntax RuleParser::ParseCast() {
  size_t begin = cursor_.index();
  cursor_.Next();
  std::vector<TermSyntax> value;
  cursor_.Expect("(", "after 'as'");
  value.push_back(ParseTerm());
  cursor_.Expect(",", "between the value and its type");
  std::string type = ParseQualifiedName("a type");
  cursor_.Expect(")", "to close the cast");
  return Node(TermSyntax::Kind::kCast, std::move(type), std::move(value), begin);
}

TermSyntax RuleParser::ParseFunctor() {
  size_t begin = cursor_.index();
  if (cursor_.Is("ord")) {
    cursor_.Fail(Code::kOrd, cursor_.Peek().span,
                 "ord is not supported: the numbers of symbols are not part of what rules see");
    return {};
  }
  std::string name(cursor_.Next().text);
  std::vector<TermSyntax> arguments;
  if (cursor_.Expect("(", "after the name of a functor")) arguments = ParseTerms(")");
  return Node(TermSyntax::Kind::kFunctor, std::move(name), std::move(arguments), begin);
}

TermSyntax RuleParser::ParseUnknownFunctor() {
  const Token& name = cursor_.Peek();
  std::vector<std::string> known(std::begin(kFunctors), std::end(kFunctors));
  known.insert(known.end(), {"max", "min", "count", "sum", "mean"});
  std::string near = NearestName(name.text, known);
  cursor_.Fail(Code::kUnknownFunctor, name.span,
               absl::StrCat("there is no functor '", name.text, "'"),
               near.empty() ? "an atom cannot stand inside a term"
                            : absl::StrCat("did you mean ", near, "?"));
  return {};
}

TermSyntax RuleParser::ParseUserFunctor() {
  size_t begin = cursor_.index();
  cursor_.Next();
  cursor_.Accept("@");
  if (cursor_.IsName()) cursor_.Next();
  cursor_.Fail(Code::kUserFunctor, cursor_.SpanFrom(begin),
               "user-defined functors are not supported");
  return {};
}

// min(a, b, …) and max(a, b, …) are functors; min t : { … } is an aggregate, whose target may stand
// in parentheses.
bool RuleParser::AtAggregateFunctor() const {
  if (!cursor_.Peek(1).Is("(")) return false;
  size_t open = cursor_.index() + 1;
  size_t depth = 0;
  for (size_t i = open; i < cursor_.At(open).match; ++i) {
    const Token& token = cursor_.At(i);
    if (token.Is("(") || token.Is("[") || token.Is("{")) ++depth;
    if (token.Is(")") || token.Is("]") || token.Is("}")) --depth;
    if (depth == 1 && token.Is(",")) return true;
  }
  return false;
}

TermSyntax RuleParser::ParseAggregate() {
  size_t begin = cursor_.index();
  if (AtAggregateFunctor()) {
    std::string name(cursor_.Next().text);
    if (name != "min" && name != "max") {
      cursor_.Fail(Code::kFunctorArity, cursor_.SpanFrom(begin),
                   absl::StrCat("'", name, "' is an aggregate, not a functor"),
                   absl::StrCat("write ", name, " x : { … }"));
      return {};
    }
    cursor_.Next();
    std::vector<TermSyntax> arguments = ParseTerms(")");
    return Node(TermSyntax::Kind::kFunctor, std::move(name), std::move(arguments), begin);
  }
  AggregateSyntax aggregate{.op = AggregateOf(cursor_.Next().text)};
  while (!cursor_.Is(":") && !cursor_.failed()) {
    aggregate.target.push_back(ParseTerm());
    if (!cursor_.Accept(",")) break;
  }
  cursor_.Expect(":", "before the body of an aggregate");
  if (cursor_.Accept("{")) {
    aggregate.body = ParseBody();
    cursor_.Expect("}", "to close the body of the aggregate");
  } else {
    aggregate.body.kind = BodySyntax::Kind::kAtom;
    aggregate.body.atom = ParseAtom();
    aggregate.body.span = aggregate.body.atom.span;
  }
  uint32_t depth = DepthOf(aggregate.body);
  for (const TermSyntax& target : aggregate.target) depth = std::max(depth, target.depth);
  TermSyntax term = Node(TermSyntax::Kind::kAggregate, "", {}, begin);
  term.depth = depth + 1;
  term.aggregate = std::make_shared<const AggregateSyntax>(std::move(aggregate));
  return term;
}

}  // namespace cartograph::rules
