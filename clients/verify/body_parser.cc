#include "clients/verify/body_parser.h"

#include <algorithm>
#include <array>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace cartograph::verify {
namespace {

// As the language has it: bounds every recursion over the tree.
constexpr size_t kNestingMax = 200;
// Ways through the disjunctions of one rule.
constexpr size_t kWaysMax = 1000;

// Operators by how much they bind, the least first.
const std::array<std::vector<absl::string_view>, 9>& Operators() {
  static const auto& operators = *new std::array<std::vector<absl::string_view>, 9>{{
      {"lor"},
      {"lxor"},
      {"land"},
      {"bor"},
      {"bxor"},
      {"band"},
      {"bshl", "bshr", "bshru"},
      {"+", "-"},
      {"*", "/", "%"},
  }};
  return operators;
}

constexpr std::array<absl::string_view, 6> kComparisons = {"=", "!=", "<", "<=", ">", ">="};
constexpr std::array<absl::string_view, 10> kFunctors = {
    "cat", "strlen",    "substr",      "range",    "max",
    "min", "to_number", "to_unsigned", "to_float", "to_string"};
constexpr std::array<absl::string_view, 5> kAggregates = {"count", "sum", "min", "max", "mean"};

template <size_t size>
bool IsOneOf(absl::string_view word, const std::array<absl::string_view, size>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsOperator(const Word& word) {
  return word.form != Word::Form::kString &&
         (word.text == "^" ||
          std::any_of(Operators().begin(), Operators().end(), [&](const auto& level) {
            return std::find(level.begin(), level.end(), word.text) != level.end();
          }));
}

// Every way of `left` with every way of `right`.
std::vector<BodyParser::Conjunction> Combined(const std::vector<BodyParser::Conjunction>& left,
                                              const std::vector<BodyParser::Conjunction>& right) {
  std::vector<BodyParser::Conjunction> ways;
  for (const auto& first : left) {
    for (const auto& second : right) {
      ways.push_back(first);
      ways.back().insert(ways.back().end(), second.begin(), second.end());
    }
  }
  return ways;
}

Term Call(std::string functor, std::vector<Term> arguments) {
  Term term;
  term.form = Term::Form::kCall;
  term.name = std::move(functor);
  term.arguments = std::move(arguments);
  return term;
}

Term ConstantTerm(Term::Constant constant, std::string text) {
  Term term;
  term.form = Term::Form::kConstant;
  term.constant = constant;
  term.name = std::move(text);
  return term;
}

}  // namespace

Literal Opposite(Literal literal) {
  static const auto& opposite = *new absl::flat_hash_map<std::string, std::string>{
      {"=", "!="}, {"!=", "="}, {"<", ">="},       {"<=", ">"},
      {">", "<="}, {">=", "<"}, {"true", "false"}, {"false", "true"}};
  if (absl::StartsWith(literal.text, "!")) {
    literal.text.erase(0, 1);
  } else {
    literal.text.insert(0, 1, '!');
  }
  if (literal.form == Literal::Form::kAtom) {
    literal.form = Literal::Form::kNegation;
  } else if (literal.form == Literal::Form::kNegation) {
    literal.form = Literal::Form::kAtom;
  } else if (const auto at = opposite.find(literal.comparison); at != opposite.end()) {
    literal.comparison = at->second;
  } else {
    literal.negated = !literal.negated;
  }
  return literal;
}

const Word& WordReader::Peek(size_t ahead) const {
  return words_[std::min(at_ + ahead, words_.size() - 1)];
}

Word WordReader::Take() {
  const Word& word = Peek();
  if (!AtEnd()) {
    ++at_;
  }
  return word;
}

bool WordReader::Sees(absl::string_view text, size_t ahead) const {
  const Word& word = Peek(ahead);
  return (word.form == Word::Form::kSign || word.form == Word::Form::kName) && word.text == text;
}

bool WordReader::Accept(absl::string_view text) {
  if (!Sees(text)) {
    return false;
  }
  ++at_;
  return true;
}

absl::Status WordReader::Expect(absl::string_view text) {
  return Accept(text) ? absl::OkStatus() : Wrong(absl::StrCat("expected ", text));
}

absl::StatusOr<std::string> WordReader::Name(absl::string_view what) {
  if (Peek().form != Word::Form::kName) {
    return Wrong(absl::StrCat("expected ", what));
  }
  std::string name = Take().text;
  while (Sees(".") && Peek(1).form == Word::Form::kName && Peek(1).begin == Peek().end &&
         words_[at_ - 1].end == Peek().begin) {
    Take();
    absl::StrAppend(&name, ".", Take().text);
  }
  return name;
}

absl::StatusOr<size_t> WordReader::ClosingBracket() const {
  size_t open = 0;
  for (size_t ahead = 0;; ++ahead) {
    if (Peek(ahead).form == Word::Form::kEnd) {
      return Wrong("a bracket does not close");
    }
    if (Sees("(", ahead) || Sees("[", ahead) || Sees("{", ahead)) {
      ++open;
    }
    if (Sees(")", ahead) || Sees("]", ahead) || Sees("}", ahead)) {
      --open;
    }
    if (open == 0) {
      return ahead;
    }
  }
}

absl::Status WordReader::Wrong(absl::string_view what) const {
  return absl::InvalidArgumentError(
      absl::StrCat(Peek().place.ToString(), ": ", what, ", found ", Peek().text));
}

absl::Status WordReader::Unchecked(absl::string_view what) const {
  return absl::UnimplementedError(
      absl::StrCat(Peek().place.ToString(), ": ", what, " are not checked"));
}

std::string WordReader::TextSince(const Word& first) const {
  std::string text(text_.substr(first.begin, words_[at_ - 1].end - first.begin));
  absl::RemoveExtraAsciiWhitespace(&text);
  return text;
}

class BodyParser::Nested {
 public:
  explicit Nested(BodyParser* parser) : parser_(*parser) { ++parser_.depth_; }
  ~Nested() { --parser_.depth_; }
  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;

  absl::Status Check() const {
    return parser_.depth_ <= kNestingMax ? absl::OkStatus() : parser_.Wrong("nested too deeply");
  }

 private:
  BodyParser& parser_;
};

absl::StatusOr<Atom> BodyParser::ParseAtom() {
  Atom atom;
  atom.place = Peek().place;
  ASSIGN_OR_RETURN(atom.name, Name("the name of a relation"));
  ASSIGN_OR_RETURN(atom.arguments, ParseList("(", ")"));
  return atom;
}

absl::StatusOr<std::vector<BodyParser::Conjunction>> BodyParser::ParseBody() {
  std::vector<Conjunction> ways;
  do {
    ASSIGN_OR_RETURN(std::vector<Conjunction> more, ParseConjunction());
    ways.insert(ways.end(), more.begin(), more.end());
    if (ways.size() > kWaysMax) {
      return Wrong("too many ways through a body");
    }
  } while (Accept(";"));
  return ways;
}

absl::StatusOr<std::vector<BodyParser::Conjunction>> BodyParser::ParseConjunction() {
  std::vector<Conjunction> ways(1);
  do {
    ASSIGN_OR_RETURN(const std::vector<Conjunction> more, ParseLiteral());
    if (ways.size() * more.size() > kWaysMax) {
      return Wrong("too many ways through a body");
    }
    ways = Combined(ways, more);
  } while (Accept(","));
  return ways;
}

absl::StatusOr<std::vector<BodyParser::Conjunction>> BodyParser::ParseLiteral() {
  const Nested nested(this);
  RETURN_IF_ERROR(nested.Check());
  ASSIGN_OR_RETURN(const bool group, SeesGroup());
  if (group) {
    RETURN_IF_ERROR(Expect("("));
    ASSIGN_OR_RETURN(std::vector<Conjunction> ways, ParseBody());
    RETURN_IF_ERROR(Expect(")"));
    return ways;
  }
  if (Accept("!")) {
    ASSIGN_OR_RETURN(const std::vector<Conjunction> ways, ParseLiteral());
    return Negated(ways);
  }
  const Word first = Peek();
  ASSIGN_OR_RETURN(Literal literal, ParsePlainLiteral());
  literal.text = TextSince(first);
  return std::vector<Conjunction>{{std::move(literal)}};
}

// A parenthesis groups a body, unless what follows its end continues a term.
absl::StatusOr<bool> BodyParser::SeesGroup() const {
  if (!Sees("(")) {
    return false;
  }
  ASSIGN_OR_RETURN(const size_t end, ClosingBracket());
  const Word& behind = Peek(end + 1);
  return !IsOperator(behind) && !IsOneOf(behind.text, kComparisons);
}

bool BodyParser::SeesAtom() const {
  const std::string& name = Peek().text;
  return Peek().form == Word::Form::kName && !IsOneOf(name, kFunctors) &&
         !IsOneOf(name, kAggregates) && (Sees("(", 1) || Sees(".", 1));
}

// In each way some literal has to fail.
absl::StatusOr<std::vector<BodyParser::Conjunction>> BodyParser::Negated(
    const std::vector<Conjunction>& ways) const {
  std::vector<Conjunction> negated(1);
  for (const Conjunction& way : ways) {
    std::vector<Conjunction> failures;
    for (const Literal& literal : way) {
      failures.push_back({Opposite(literal)});
    }
    if (negated.size() * failures.size() > kWaysMax) {
      return Wrong("too many ways through a body");
    }
    negated = Combined(negated, failures);
  }
  return negated;
}

absl::StatusOr<Literal> BodyParser::ParsePlainLiteral() {
  Literal literal;
  if (Sees("true") || Sees("false")) {
    literal.form = Literal::Form::kComparison;
    literal.comparison = Take().text;
    return literal;
  }
  if (Sees("match") || Sees("contains")) {
    return ParseTextTest();
  }
  if (!SeesAtom()) {
    return ParseComparison();
  }
  ASSIGN_OR_RETURN(literal.atom, ParseAtom());
  return literal;
}

absl::StatusOr<Literal> BodyParser::ParseTextTest() {
  Literal literal;
  literal.form = Literal::Form::kComparison;
  literal.comparison = Take().text;
  ASSIGN_OR_RETURN(literal.sides, ParseList("(", ")"));
  if (literal.sides.size() != 2) {
    return Wrong("expected two terms");
  }
  return literal;
}

absl::StatusOr<Literal> BodyParser::ParseComparison() {
  Literal literal;
  literal.form = Literal::Form::kComparison;
  ASSIGN_OR_RETURN(Term left, ParseTerm());
  if (!IsOneOf(Peek().text, kComparisons)) {
    return Wrong("expected a comparison");
  }
  literal.comparison = Take().text;
  ASSIGN_OR_RETURN(Term right, ParseTerm());
  literal.sides = {std::move(left), std::move(right)};
  return literal;
}

absl::StatusOr<Term> BodyParser::ParseTerm() { return ParseOperators(0); }

absl::StatusOr<Term> BodyParser::ParseOperators(size_t level) {
  if (level == Operators().size()) {
    return ParseSigned();
  }
  ASSIGN_OR_RETURN(Term left, ParseOperators(level + 1));
  const std::vector<absl::string_view>& here = Operators()[level];
  while (Peek().form != Word::Form::kString &&
         std::find(here.begin(), here.end(), Peek().text) != here.end()) {
    std::string op = Take().text;
    ASSIGN_OR_RETURN(Term right, ParseOperators(level + 1));
    left = Call(std::move(op), {std::move(left), std::move(right)});
  }
  return left;
}

absl::StatusOr<Term> BodyParser::ParseSigned() {
  const Nested nested(this);
  RETURN_IF_ERROR(nested.Check());
  if (!Sees("-") && !Sees("bnot") && !Sees("lnot")) {
    return ParsePower();
  }
  const std::string op = Take().text;
  const bool number = Peek().form == Word::Form::kInteger || Peek().form == Word::Form::kFloat;
  if (op == "-" && number && !Sees("^", 1)) {
    ASSIGN_OR_RETURN(Term constant, ParsePlainTerm());
    constant.name = absl::StrCat("-", constant.name);
    return constant;
  }
  ASSIGN_OR_RETURN(Term operand, ParseSigned());
  return Call(op == "-" ? "negate" : op, {std::move(operand)});
}

absl::StatusOr<Term> BodyParser::ParsePower() {
  ASSIGN_OR_RETURN(Term left, ParsePlainTerm());
  if (!Accept("^")) {
    return left;
  }
  ASSIGN_OR_RETURN(Term right, ParseSigned());
  return Call("^", {std::move(left), std::move(right)});
}

absl::StatusOr<Term> BodyParser::ParsePlainTerm() {
  switch (Peek().form) {
    case Word::Form::kString:
      return ConstantTerm(Term::Constant::kText, Take().text);
    case Word::Form::kInteger:
      return ConstantTerm(Term::Constant::kInteger, Take().text);
    case Word::Form::kUnsigned:
      return ConstantTerm(Term::Constant::kUnsigned, Take().text);
    case Word::Form::kFloat:
      return ConstantTerm(Term::Constant::kFloat, Take().text);
    case Word::Form::kName:
      return ParseNamedTerm();
    default:
      break;
  }
  if (Sees("$")) {
    return ParseBranch();
  }
  if (Sees("@")) {
    return Unchecked("user-defined functors");
  }
  if (Accept("(")) {
    ASSIGN_OR_RETURN(Term term, ParseTerm());
    RETURN_IF_ERROR(Expect(")"));
    return term;
  }
  Term term;
  term.form = Term::Form::kRecord;
  ASSIGN_OR_RETURN(term.arguments, ParseList("[", "]"));
  return term;
}

absl::StatusOr<Term> BodyParser::ParseBranch() {
  if (Peek(1).form != Word::Form::kName) {
    return Unchecked("counters");
  }
  Take();
  Term term;
  term.form = Term::Form::kRecord;
  ASSIGN_OR_RETURN(term.name, Name("a branch"));
  if (Sees("(")) {
    ASSIGN_OR_RETURN(term.arguments, ParseList("(", ")"));
  }
  return term;
}

absl::StatusOr<Term> BodyParser::ParseCast() {
  Take();
  RETURN_IF_ERROR(Expect("("));
  ASSIGN_OR_RETURN(Term operand, ParseTerm());
  RETURN_IF_ERROR(Expect(","));
  Term cast = Call("as", {std::move(operand)});
  ASSIGN_OR_RETURN(cast.cast_to, Name("a type"));
  RETURN_IF_ERROR(Expect(")"));
  return cast;
}

// min( and max( with a comma directly inside are functors, else aggregates.
absl::StatusOr<bool> BodyParser::SeesAggregate() const {
  const std::string& name = Peek().text;
  if ((name != "min" && name != "max") || !Sees("(", 1)) {
    return IsOneOf(name, kAggregates);
  }
  size_t open = 0;
  for (size_t ahead = 1;; ++ahead) {
    if (Peek(ahead).form == Word::Form::kEnd) {
      return Wrong("a bracket does not close");
    }
    const bool opens = Sees("(", ahead) || Sees("[", ahead) || Sees("{", ahead);
    const bool closes = Sees(")", ahead) || Sees("]", ahead) || Sees("}", ahead);
    open += opens ? 1 : 0;
    open -= closes ? 1 : 0;
    if (open == 0 || (open == 1 && Sees(",", ahead))) {
      return open == 0;
    }
  }
}

absl::StatusOr<Term> BodyParser::ParseNamedTerm() {
  const std::string& name = Peek().text;
  if (name == "as" && Sees("(", 1)) {
    return ParseCast();
  }
  if (name == "autoinc" || name == "ord") {
    return Unchecked(absl::StrCat("terms of ", name));
  }
  ASSIGN_OR_RETURN(const bool aggregate, SeesAggregate());
  if (aggregate) {
    return ParseAggregate();
  }
  if (IsOneOf(name, kFunctors)) {
    std::string functor = Take().text;
    ASSIGN_OR_RETURN(std::vector<Term> arguments, ParseList("(", ")"));
    return Call(std::move(functor), std::move(arguments));
  }
  if (name == "nil") {
    return ConstantTerm(Term::Constant::kNil, Take().text);
  }
  Term term;
  if (Accept("_")) {
    return term;
  }
  term.form = Term::Form::kVariable;
  ASSIGN_OR_RETURN(term.name, Name("a term"));
  return term;
}

absl::StatusOr<Term> BodyParser::ParseAggregate() {
  Term term;
  term.form = Term::Form::kAggregate;
  term.aggregate = std::make_shared<Aggregate>();
  term.aggregate->place = Peek().place;
  term.aggregate->op = Take().text;
  if (term.aggregate->op != "count") {
    ASSIGN_OR_RETURN(Term target, ParseTerm());
    term.aggregate->target.push_back(std::move(target));
  }
  RETURN_IF_ERROR(Expect(":"));
  const bool braces = Accept("{");
  ASSIGN_OR_RETURN(std::vector<Conjunction> ways, braces ? ParseBody() : ParseLiteral());
  if (braces) {
    RETURN_IF_ERROR(Expect("}"));
  }
  if (ways.size() != 1) {
    return Unchecked("disjunctions in aggregates");
  }
  term.aggregate->body = std::move(ways[0]);
  return term;
}

absl::StatusOr<std::vector<Term>> BodyParser::ParseList(absl::string_view open,
                                                        absl::string_view close) {
  std::vector<Term> terms;
  RETURN_IF_ERROR(Expect(open));
  if (Accept(close)) {
    return terms;
  }
  do {
    ASSIGN_OR_RETURN(Term term, ParseTerm());
    terms.push_back(std::move(term));
  } while (Accept(","));
  RETURN_IF_ERROR(Expect(close));
  return terms;
}

}  // namespace cartograph::verify
