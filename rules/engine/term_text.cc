#include "rules/engine/term_text.h"

#include "absl/strings/str_cat.h"
#include "rules/facts/fact.h"
#include "rules/facts/value_text.h"

namespace cartograph::rules {
namespace {

// How a functor is written; infix ones stand between their arguments.
struct FunctorText {
  const char* name;
  bool infix;
};

FunctorText TextOf(Functor functor) {
  switch (functor) {
    case Functor::kAdd:
      return {"+", true};
    case Functor::kSubtract:
      return {"-", true};
    case Functor::kMultiply:
      return {"*", true};
    case Functor::kDivide:
      return {"/", true};
    case Functor::kModulo:
      return {"%", true};
    case Functor::kPower:
      return {"^", true};
    case Functor::kNegate:
      return {"-", false};
    case Functor::kMax:
      return {"max", false};
    case Functor::kMin:
      return {"min", false};
    case Functor::kBitAnd:
      return {"band", true};
    case Functor::kBitOr:
      return {"bor", true};
    case Functor::kBitXor:
      return {"bxor", true};
    case Functor::kBitNot:
      return {"bnot", false};
    case Functor::kShiftLeft:
      return {"bshl", true};
    case Functor::kShiftRight:
      return {"bshr", true};
    case Functor::kShiftRightUnsigned:
      return {"bshru", true};
    case Functor::kLogicalAnd:
      return {"land", true};
    case Functor::kLogicalOr:
      return {"lor", true};
    case Functor::kLogicalXor:
      return {"lxor", true};
    case Functor::kLogicalNot:
      return {"lnot", false};
    case Functor::kCat:
      return {"cat", false};
    case Functor::kStrlen:
      return {"strlen", false};
    case Functor::kSubstr:
      return {"substr", false};
    case Functor::kToNumber:
      return {"to_number", false};
    case Functor::kToUnsigned:
      return {"to_unsigned", false};
    case Functor::kToFloat:
      return {"to_float", false};
    case Functor::kToString:
      return {"to_string", false};
  }
  return {"", false};
}

const char* TextOf(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return " = ";
    case Comparison::kNotEqual:
      return " != ";
    case Comparison::kLess:
      return " < ";
    case Comparison::kLessEqual:
      return " <= ";
    case Comparison::kGreater:
      return " > ";
    case Comparison::kGreaterEqual:
      return " >= ";
    case Comparison::kMatch:
      return "match";
    case Comparison::kNotMatch:
      return "!match";
    case Comparison::kContains:
      return "contains";
    case Comparison::kNotContains:
      return "!contains";
    case Comparison::kTrue:
      return "true";
    case Comparison::kFalse:
      return "false";
  }
  return "";
}

const char* TextOf(AggregateOp op) {
  switch (op) {
    case AggregateOp::kCount:
      return "count";
    case AggregateOp::kSum:
      return "sum";
    case AggregateOp::kMin:
      return "min";
    case AggregateOp::kMax:
      return "max";
    case AggregateOp::kMean:
      return "mean";
  }
  return "";
}

// A built-in type of `kind`, for values that stand in no column.
std::optional<TypeId> PlainType(const Program& program, ValueKind kind) {
  if (kind == ValueKind::kRecord) return std::nullopt;
  for (uint32_t i = 0; i < program.types.size(); ++i) {
    if (program.types[i].kind == kind) return TypeId{i};
  }
  return std::nullopt;
}

}  // namespace

TermWriter::TermWriter(const Program& program, const Interning& interning, const Rule& rule,
                       const std::vector<std::optional<Value>>& values)
    : program_(program),
      interning_(interning),
      rule_(rule),
      values_(values),
      types_(values.size()) {
  FindTypes(rule.head);
  FindTypes(rule.body);
}

void TermWriter::FindTypes(const std::vector<Literal>& body) {
  for (const Literal& literal : body) {
    if (literal.kind == Literal::Kind::kAtom) FindTypes(literal.atom);
    if (literal.kind == Literal::Kind::kAggregate) FindTypes(literal.aggregate->body);
  }
}

void TermWriter::FindTypes(const Atom& atom) {
  const std::vector<Column>& columns = program_.predicate(atom.predicate).columns;
  for (size_t c = 0; c < columns.size(); ++c) {
    const Term& argument = atom.arguments[c];
    if (argument.kind == Term::Kind::kVariable) types_[argument.variable] = columns[c].type;
  }
}

std::string TermWriter::Constraint(const Literal& literal) const {
  const std::string comparison = TextOf(literal.comparison);
  switch (literal.comparison) {
    case Comparison::kTrue:
    case Comparison::kFalse:
      return comparison;
    case Comparison::kMatch:
    case Comparison::kNotMatch:
    case Comparison::kContains:
    case Comparison::kNotContains:
      return absl::StrCat(comparison, "(", Text(literal.left), ", ", Text(literal.right), ")");
    default:
      return absl::StrCat(Text(literal.left), comparison, Text(literal.right));
  }
}

std::string TermWriter::AggregateText(const Aggregate& aggregate) const {
  Term result;
  result.kind = Term::Kind::kVariable;
  result.variable = aggregate.result;
  std::string text = absl::StrCat(Text(result), " = ", TextOf(aggregate.op));
  if (aggregate.target.has_value()) absl::StrAppend(&text, " ", Text(*aggregate.target));
  absl::StrAppend(&text, " : { ");
  for (size_t i = 0; i < aggregate.body.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ", LiteralText(aggregate.body[i]));
  }
  return text + " }";
}

std::string TermWriter::Range(const Literal& literal) const {
  Term result;
  result.kind = Term::Kind::kVariable;
  result.variable = literal.result;
  return absl::StrCat(Text(result), " = range(", List(literal.range), ")");
}

std::string TermWriter::LiteralText(const Literal& literal) const {
  switch (literal.kind) {
    case Literal::Kind::kConstraint:
      return Constraint(literal);
    case Literal::Kind::kAggregate:
      return AggregateText(*literal.aggregate);
    case Literal::Kind::kRange:
      return Range(literal);
    default:
      break;
  }
  const char* sign = literal.kind == Literal::Kind::kNegation ? "!" : "";
  return absl::StrCat(sign, program_.predicate(literal.atom.predicate).name, "(",
                      List(literal.atom.arguments), ")");
}

std::string TermWriter::VariableText(uint32_t variable) const {
  return ValueText(*values_[variable], rule_.variable_kinds[variable], types_[variable]);
}

std::string TermWriter::ValueText(Value value, ValueKind kind, std::optional<TypeId> type) const {
  if (!type.has_value()) type = PlainType(program_, kind);
  if (type.has_value()) return ToText(value, *type, program_, interning_);
  return value.bits() == 0 ? "nil" : absl::StrCat("record #", value.bits());
}

std::string TermWriter::Text(const Term& term) const {
  switch (term.kind) {
    case Term::Kind::kWildcard:
      return "_";
    case Term::Kind::kConstant:
      return ValueText(term.constant, term.value_kind, std::nullopt);
    case Term::Kind::kRecord:
      return absl::StrCat("[", List(term.arguments), "]");
    case Term::Kind::kCall:
      return CallText(term);
    case Term::Kind::kVariable:
      break;
  }
  if (values_[term.variable].has_value()) return VariableText(term.variable);
  const std::string& name = rule_.variables[term.variable];
  return name.empty() ? "_" : name;
}

std::string TermWriter::CallText(const Term& term) const {
  const FunctorText functor = TextOf(term.functor);
  if (!functor.infix) return absl::StrCat(functor.name, "(", List(term.arguments), ")");
  std::string text = "(";
  for (size_t i = 0; i < term.arguments.size(); ++i) {
    if (i > 0) absl::StrAppend(&text, " ", functor.name, " ");
    absl::StrAppend(&text, Text(term.arguments[i]));
  }
  return text + ")";
}

std::string TermWriter::List(const std::vector<Term>& terms) const {
  std::string text;
  for (size_t i = 0; i < terms.size(); ++i)
    absl::StrAppend(&text, i == 0 ? "" : ", ", Text(terms[i]));
  return text;
}

}  // namespace cartograph::rules
