#include "rules/analysis/constants.h"

#include "rules/analysis/number_text.h"

namespace cartograph::rules {
namespace {

std::optional<Value> RecordValue(const TermSyntax& term, const Clause& clause, const Schema& schema,
                                 Interning* interning) {
  Tuple fields;
  if (term.kind == TermSyntax::Kind::kBranch) {
    fields.push_back(Value::Unsigned(schema.types.FindBranch(term.text)->branch));
  }
  for (const TermSyntax& argument : term.arguments) {
    std::optional<Value> value = ConstantValue(argument, clause, schema, interning);
    if (!value) return std::nullopt;
    fields.push_back(*value);
  }
  return interning->records.Intern(fields);
}

}  // namespace

std::optional<Value> ConstantValue(const TermSyntax& term, const Clause& clause,
                                   const Schema& schema, Interning* interning) {
  switch (term.kind) {
    case TermSyntax::Kind::kString:
      return interning->symbols.Intern(term.text);
    case TermSyntax::Kind::kNumber:
    case TermSyntax::Kind::kUnsigned:
    case TermSyntax::Kind::kFloat:
      return ParseNumber(term.text, clause.kinds[term.number]);
    case TermSyntax::Kind::kNil:
      return Value();
    case TermSyntax::Kind::kRecord:
    case TermSyntax::Kind::kBranch:
      return RecordValue(term, clause, schema, interning);
    default:
      return std::nullopt;
  }
}

}  // namespace cartograph::rules
