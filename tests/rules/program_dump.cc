#include "tests/rules/program_dump.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/facts/fact.h"

namespace cartograph::rules {
namespace {

constexpr absl::string_view kKinds[] = {"symbol", "number", "unsigned", "float", "record"};
constexpr absl::string_view kFunctors[] = {
    "+",      "-",      "*",         "/",           "%",        "^",        "neg",
    "max",    "min",    "band",      "bor",         "bxor",     "bnot",     "bshl",
    "bshr",   "bshru",  "land",      "lor",         "lxor",     "lnot",     "cat",
    "strlen", "substr", "to_number", "to_unsigned", "to_float", "to_string"};
constexpr absl::string_view kComparisons[] = {
    "=", "!=", "<", "<=", ">", ">=", "match", "not_match", "contains", "not_contains"};
constexpr absl::string_view kAggregates[] = {"count", "sum", "min", "max", "mean"};

class Dumper {
 public:
  Dumper(const Program& program, const std::vector<std::string>& variables)
      : program_(program), variables_(variables) {}

  std::string Of(const Term& term) const {
    switch (term.kind) {
      case Term::Kind::kVariable:
        return Variable(term.variable);
      case Term::Kind::kWildcard:
        return "_";
      case Term::Kind::kConstant:
        return Constant(term);
      case Term::Kind::kCall:
        return absl::StrCat(kFunctors[static_cast<size_t>(term.functor)], ":",
                            kKinds[static_cast<size_t>(term.value_kind)], "(",
                            Terms(term.arguments), ")");
      case Term::Kind::kRecord:
        return absl::StrCat("[", Terms(term.arguments), "]");
    }
    return "";
  }

  std::string Of(const Atom& atom) const {
    return absl::StrCat(program_.predicate(atom.predicate).name, "(", Terms(atom.arguments), ")");
  }

  std::string Of(const Literal& literal) const {
    switch (literal.kind) {
      case Literal::Kind::kAtom:
        return Of(literal.atom);
      case Literal::Kind::kNegation:
        return "!" + Of(literal.atom);
      case Literal::Kind::kConstraint:
        if (literal.comparison == Comparison::kTrue) return "true";
        if (literal.comparison == Comparison::kFalse) return "false";
        return absl::StrCat(Of(literal.left), " ",
                            kComparisons[static_cast<size_t>(literal.comparison)], " ",
                            Of(literal.right));
      case Literal::Kind::kAggregate:
        return Of(*literal.aggregate);
      case Literal::Kind::kRange:
        return absl::StrCat(Variable(literal.result), " in range(", Terms(literal.range), ")");
    }
    return "";
  }

  std::string Of(const Aggregate& aggregate) const {
    std::string target = aggregate.target ? absl::StrCat(" ", Of(*aggregate.target)) : "";
    std::vector<std::string> outer;
    for (uint32_t variable : aggregate.outer) outer.push_back(Variable(variable));
    return absl::StrCat(
        Variable(aggregate.result), " = ", kAggregates[static_cast<size_t>(aggregate.op)], ":",
        kKinds[static_cast<size_t>(aggregate.kind)], target, " : { ", Of(aggregate.body), " }",
        outer.empty() ? "" : " outer ", absl::StrJoin(outer, " "));
  }

  std::string Of(const std::vector<Literal>& body) const {
    return absl::StrJoin(body, ", ",
                         [&](std::string* out, const Literal& l) { absl::StrAppend(out, Of(l)); });
  }

 private:
  std::string Variable(uint32_t index) const {
    return variables_[index].empty() ? absl::StrCat("_", index)
                                     : absl::StrCat(variables_[index], "#", index);
  }

  std::string Constant(const Term& term) const {
    if (term.value_kind == ValueKind::kRecord && term.constant == Value()) return "nil";
    if (term.value_kind == ValueKind::kRecord) {
      std::vector<std::string> bits;
      for (Value field : program_.interning->records.Fields(term.constant))
        bits.push_back(absl::StrCat(field.bits()));
      return absl::StrCat("[", absl::StrJoin(bits, " "), "]");
    }
    return ToText(term.constant, static_cast<TypeId>(term.value_kind), program_,
                  *program_.interning) +
           (term.value_kind == ValueKind::kUnsigned ? "u" : "");
  }

  std::string Terms(const std::vector<Term>& terms) const {
    return absl::StrJoin(terms, ", ",
                         [&](std::string* out, const Term& t) { absl::StrAppend(out, Of(t)); });
  }

  const Program& program_;
  const std::vector<std::string>& variables_;
};

std::string Kinds(const std::vector<ValueKind>& kinds) {
  return absl::StrJoin(kinds, " ", [](std::string* out, ValueKind kind) {
    absl::StrAppend(out, kKinds[static_cast<size_t>(kind)]);
  });
}

void DumpPredicates(const Program& program, std::string* text) {
  for (const Predicate& predicate : program.predicates) {
    absl::StrAppend(text, "predicate ", predicate.name, "(",
                    absl::StrJoin(predicate.columns, ", ",
                                  [&](std::string* out, const Column& column) {
                                    absl::StrAppend(out, column.name, ": ",
                                                    program.types[Index(column.type)].name);
                                  }),
                    ")", predicate.base ? " base" : "", predicate.eqrel ? " eqrel" : "", "\n");
    if (!predicate.doc.empty()) absl::StrAppend(text, "  doc ", predicate.doc, "\n");
    for (const Annotation& annotation : predicate.annotations) {
      absl::StrAppend(text, "  @", annotation.name);
      for (const auto& [key, value] : annotation.arguments)
        absl::StrAppend(text, " ", key, "=", value);
      *text += "\n";
    }
  }
}

}  // namespace

std::string Dump(const Program& program) {
  std::string text;
  DumpPredicates(program, &text);
  for (const GivenFact& fact : program.facts) {
    absl::StrAppend(&text, "fact ",
                    ToText(Fact{fact.predicate, fact.values}, program, *program.interning), "\n");
  }
  for (size_t s = 0; s < program.strata.size(); ++s) {
    const Stratum& stratum = program.strata[s];
    absl::StrAppend(&text, "stratum ", s, stratum.recursive ? " recursive" : "");
    for (PredicateId id : stratum.predicates)
      absl::StrAppend(&text, " ", program.predicate(id).name);
    text += "\n";
    for (uint32_t index : stratum.rules) {
      const Rule& rule = program.rules[index];
      Dumper dumper(program, rule.variables);
      absl::StrAppend(&text, "  ", dumper.Of(rule.head), " :- ", dumper.Of(rule.body),
                      "\n    variables ", Kinds(rule.variable_kinds), "\n");
    }
    for (uint32_t index : stratum.subsumptions) {
      const Subsumption& rule = program.subsumptions[index];
      Dumper dumper(program, rule.variables);
      absl::StrAppend(&text, "  ", dumper.Of(rule.dominated), " <= ", dumper.Of(rule.dominating),
                      " :- ", dumper.Of(rule.body), "\n    variables ", Kinds(rule.variable_kinds),
                      "\n");
    }
  }
  constexpr absl::string_view kDirectives[] = {"input", "output", "printsize", "limitsize"};
  for (const Directive& directive : program.directives) {
    absl::StrAppend(&text, kDirectives[static_cast<size_t>(directive.kind)], " ",
                    program.predicate(directive.predicate).name);
    for (const auto& [key, value] : directive.parameters)
      absl::StrAppend(&text, " ", key, "=", value);
    text += "\n";
  }
  return text;
}

}  // namespace cartograph::rules
