#include "rules/analysis/check_types.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/analysis/number_text.h"
#include "rules/analysis/wording.h"

namespace cartograph::rules {
namespace {

// Causes before consequences: when an operator, a comparison or an aggregate does not fit, what it
// is made of has no type either, and is not reported.
class TypeChecker {
 public:
  TypeChecker(const Schema& schema, const Clause& clause, DiagnosticList* diagnostics)
      : schema_(schema),
        types_(schema.types),
        clause_(clause),
        inference_(clause, schema),
        diagnostics_(*diagnostics),
        errors_before_(diagnostics->errors()) {}

  void Run() {
    ForEachTerm(clause_, [&](const TermSyntax& term) {
      if (term.kind == TermSyntax::Kind::kFunctor) CheckFunctor(term);
      if (term.kind == TermSyntax::Kind::kAggregate) CheckAggregate(term);
      if (term.kind == TermSyntax::Kind::kCast) CheckCast(term);
    });
    CheckConstraints(clause_.body);
    ForEachTerm(clause_, [&](const TermSyntax& term) {
      if (term.aggregate != nullptr) CheckConstraints(term.aggregate->literals);
    });
    ForEachTerm(clause_, [&](const TermSyntax& term) { CheckValue(term); });
    CheckAtoms();
    if (Failed()) return;
    ForEachTerm(clause_, [&](const TermSyntax& term) { CheckVariable(term); });
    if (!Failed()) CheckAllKnown();
  }

  const TypeInference& inference() const { return inference_; }

 private:
  void CheckAtoms();
  void CheckAtom(const AtomSyntax& atom, bool negated);
  bool Accepts(TypeRef column, TypeRef type, bool negated) const;
  void CheckValue(const TermSyntax& term);
  void CheckVariable(const TermSyntax& term);
  void CheckString(const TermSyntax& term);
  void CheckNumber(const TermSyntax& term, ValueKind kind);
  void CheckRecord(const TermSyntax& term);
  void CheckBranch(const TermSyntax& term);
  void CheckCast(const TermSyntax& term);
  void CheckFunctor(const TermSyntax& term);
  void CheckAggregate(const TermSyntax& term);
  void CheckConstraints(const std::vector<BodySyntax>& literals);
  bool CheckSides(const ConstraintSyntax& constraint);
  void CheckOrder(const ConstraintSyntax& constraint);
  void CheckAllKnown();

  bool Failed() const { return diagnostics_.errors() > errors_before_; }
  // What `term` is made of has been reported with it.
  void Explain(const TermSyntax& term) {
    ForEachTerm(term, [&](const TermSyntax& part) { explained_.insert(part.number); });
  }

  // The types that columns and fields ask `term` to be of; "" when none does.
  std::string Demanded(const TermSyntax& term) const;
  // The type that `term` has, or would have if nothing contradicted it.
  std::string Described(const TermSyntax& term) const;
  std::optional<ValueKind> DescribedKind(const TermSyntax& term) const;
  std::optional<ValueKind> DemandedKind(const TermSyntax& term) const;
  std::string NameOf(const TypeSet& set) const;
  std::vector<Diagnostic::Note> NotesOn(const TermSyntax& variable) const;
  void NoteComparisons(const std::vector<BodySyntax>& literals, const TermSyntax& variable,
                       std::vector<Diagnostic::Note>* notes) const;

  const Schema& schema_;
  const TypeTable& types_;
  const Clause& clause_;
  const TypeInference inference_;
  DiagnosticList& diagnostics_;
  const size_t errors_before_;
  std::set<uint32_t> explained_;   // numbers of terms
  std::set<std::string> unknown_;  // variables reported by CheckAllKnown
};

std::string TypeChecker::Demanded(const TermSyntax& term) const {
  std::vector<std::string> names;
  for (const TypeInference::Demand& demand : inference_.DemandsOn(term)) {
    std::string name = types_.NameOf(demand.type);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return absl::StrJoin(names, " and ");
}

std::string TypeChecker::Described(const TermSyntax& term) const {
  if (inference_.TypesOf(term).known()) return NameOf(inference_.TypesOf(term));
  if (term.kind == TermSyntax::Kind::kString) return "symbol";
  if (term.kind == TermSyntax::Kind::kNumber) return "number";
  if (term.kind == TermSyntax::Kind::kUnsigned) return "unsigned";
  if (term.kind == TermSyntax::Kind::kFloat) return "float";
  std::string demanded = Demanded(term);
  return demanded.empty() ? "?" : demanded;
}

std::string TypeChecker::NameOf(const TypeSet& set) const {
  std::vector<std::string> names;
  for (TypeRef type : set.types) names.push_back(types_.NameOf(type));
  return absl::StrJoin(names, " or ");
}

std::vector<Diagnostic::Note> TypeChecker::NotesOn(const TermSyntax& variable) const {
  std::vector<Diagnostic::Note> notes;
  for (const TypeInference::Demand& demand : inference_.DemandsOn(variable)) {
    if (demand.head) continue;  // it takes what the body gives
    notes.push_back({demand.span, absl::StrCat("here it is ", types_.NameOf(demand.type))});
  }
  NoteComparisons(clause_.body, variable, &notes);
  ForEachTerm(clause_, [&](const TermSyntax& term) {
    if (term.aggregate != nullptr) NoteComparisons(term.aggregate->literals, variable, &notes);
  });
  return notes;
}

void TypeChecker::NoteComparisons(const std::vector<BodySyntax>& literals,
                                  const TermSyntax& variable,
                                  std::vector<Diagnostic::Note>* notes) const {
  for (const BodySyntax& literal : literals) {
    const std::vector<TermSyntax>& sides = literal.constraint.sides;
    for (size_t side = 0; side < sides.size(); ++side) {
      if (sides[side].kind != TermSyntax::Kind::kVariable || sides[side].text != variable.text)
        continue;
      notes->push_back({literal.constraint.span,
                        absl::StrCat("here it is compared with ", Described(sides[1 - side]))});
    }
  }
}

// In a negated atom only the kinds need to agree.
bool TypeChecker::Accepts(TypeRef column, TypeRef type, bool negated) const {
  if (types_.IsSubtype(type, column)) return true;
  if (negated && types_.KindOf(type) == types_.KindOf(column)) {
    return types_.KindOf(type) != ValueKind::kRecord;
  }
  return IsConstantType(type) && types_.IsSubtype(column, type);
}

void TypeChecker::CheckAtom(const AtomSyntax& atom, bool negated) {
  const Predicate& predicate = schema_.predicate(*schema_.Find(atom.name));
  for (size_t i = 0; i < atom.arguments.size(); ++i) {
    const TermSyntax& argument = atom.arguments[i];
    const TypeSet& set = inference_.TypesOf(argument);
    if (!set.known()) continue;  // reported with the term
    TypeRef column = types_.RefOf(predicate.columns[i].type);
    bool fits = std::all_of(set.types.begin(), set.types.end(),
                            [&](TypeRef type) { return Accepts(column, type, negated); });
    if (fits) continue;
    std::string name = schema_.types.type(predicate.columns[i].type).name;
    diagnostics_.Add(negated ? Code::kNegatedArgumentType : Code::kArgumentType, argument.span,
                     absl::StrCat("the column '", predicate.columns[i].name, "' of '",
                                  predicate.name, "' takes ", name, ", and this is ", NameOf(set)),
                     negated ? ""
                             : absl::StrCat("bind it by an atom that gives a ", name,
                                            ", or write as(…, ", name, ")"));
  }
}

void TypeChecker::CheckAtoms() {
  CheckAtom(clause_.head, false);
  if (clause_.dominating) CheckAtom(*clause_.dominating, false);
  auto check = [&](const AtomSyntax& atom, AtomPlace place) { CheckAtom(atom, place.negated); };
  ForEachAtom(clause_.body, AtomPlace{}, check);
  for (const TermSyntax& argument : clause_.head.arguments)
    ForEachAtom(argument, AtomPlace{}, check);
}

void TypeChecker::CheckValue(const TermSyntax& term) {
  if (explained_.count(term.number) > 0) return;
  switch (term.kind) {
    case TermSyntax::Kind::kString:
      return CheckString(term);
    case TermSyntax::Kind::kNumber:
      return CheckNumber(term, inference_.KindOf(term).value_or(ValueKind::kSymbol));
    case TermSyntax::Kind::kUnsigned:
      return CheckNumber(term, ValueKind::kUnsigned);
    case TermSyntax::Kind::kFloat:
      return CheckNumber(term, ValueKind::kFloat);
    case TermSyntax::Kind::kNil:
    case TermSyntax::Kind::kRecord:
      return CheckRecord(term);
    case TermSyntax::Kind::kBranch:
      return CheckBranch(term);
    default:
      return;
  }
}

// Reports the first variable without a type: the others are mostly its consequences.
void TypeChecker::CheckVariable(const TermSyntax& term) {
  if (term.kind != TermSyntax::Kind::kVariable || Failed()) return;
  if (!inference_.TypesOf(term).empty()) return;
  diagnostics_.Add(Code::kNoType, term.span,
                   absl::StrCat("no type fits the variable '", WrittenName(term.text), "'"),
                   NotesOn(term));
}

void TypeChecker::CheckString(const TermSyntax& term) {
  if (inference_.KindOf(term) == ValueKind::kSymbol) return;
  std::string demanded = Demanded(term);
  diagnostics_.Add(Code::kConstantType, term.span,
                   demanded.empty() ? "a string is a symbol, and something else is asked for here"
                                    : absl::StrCat("a string is a symbol, and here ", demanded,
                                                   " is asked for"));
}

void TypeChecker::CheckNumber(const TermSyntax& term, ValueKind kind) {
  std::string demanded = Demanded(term);
  if (inference_.KindOf(term) != kind || kind == ValueKind::kSymbol) {
    diagnostics_.Add(
        Code::kConstantType, term.span,
        absl::StrCat("the number ", term.text, " does not fit here",
                     demanded.empty() ? "" : absl::StrCat(": ", demanded, " is asked for")));
    return;
  }
  if (ParseNumber(term.text, kind)) return;
  constexpr absl::string_view kRanges[] = {"", "number, which is -2147483648 to 2147483647",
                                           "unsigned, which is 0 to 4294967295",
                                           "float of 32 bits"};
  diagnostics_.Add(Code::kConstantType, term.span,
                   absl::StrCat(term.text, " does not fit ", kRanges[static_cast<size_t>(kind)]));
}

void TypeChecker::CheckRecord(const TermSyntax& term) {
  const TypeSet& set = inference_.TypesOf(term);
  bool nil = term.kind == TermSyntax::Kind::kNil;
  bool record = set.known() && (nil || set.types.size() == 1) &&
                std::all_of(set.types.begin(), set.types.end(),
                            [&](TypeRef type) { return types_.IsRecord(type); });
  if (!record) {
    std::string demanded = Demanded(term);
    diagnostics_.Add(Code::kRecordType, term.span,
                     demanded.empty()
                         ? "nothing says of which type this record is"
                         : absl::StrCat("this is a record, and here ", demanded, " is asked for"),
                     set.all ? "write as(…, T)" : "");
    return;
  }
  const Type& type = types_.type(types_.IdOf(set.types[0]));
  if (nil || type.branches[0].fields.size() == term.arguments.size()) return;
  diagnostics_.Add(
      Code::kRecordType, term.span,
      absl::StrCat("the record type '", type.name, "' has ", type.branches[0].fields.size(),
                   " fields, and here ", term.arguments.size(), " values"));
}

void TypeChecker::CheckBranch(const TermSyntax& term) {
  BranchRef branch = *types_.FindBranch(term.text);
  const Type& type = types_.type(branch.type);
  if (!inference_.TypesOf(term).known()) {
    diagnostics_.Add(
        Code::kBranchType, term.span,
        absl::StrCat("$", term.text, " is a ", type.name, ", and something else is asked for"));
    return;
  }
  for (size_t i = 0; i < term.arguments.size(); ++i) {
    TypeRef field = types_.RefOf(type.branches[branch.branch].fields[i]);
    const TypeSet& set = inference_.TypesOf(term.arguments[i]);
    bool fits = set.all || std::all_of(set.types.begin(), set.types.end(),
                                       [&](TypeRef given) { return Accepts(field, given, false); });
    if (fits) continue;
    diagnostics_.Add(Code::kBranchType, term.arguments[i].span,
                     absl::StrCat("the field '", type.branches[branch.branch].field_names[i],
                                  "' takes ", types_.NameOf(field), ", and this is ", NameOf(set)));
  }
}

// Bits may be read as another kind of number; symbols and records only as what they are.
void TypeChecker::CheckCast(const TermSyntax& term) {
  TypeRef target = types_.RefOf(*types_.Find(term.text));
  std::optional<ValueKind> from = inference_.KindOf(term.arguments[0]);
  if (!from) return;  // reported with the value, or ungrounded
  ValueKind to = types_.KindOf(target);
  auto numeric = [](ValueKind kind) {
    return kind != ValueKind::kSymbol && kind != ValueKind::kRecord;
  };
  bool fits = *from == to || (numeric(*from) && numeric(to));
  if (fits && to == ValueKind::kRecord) {
    const TypeSet& set = inference_.TypesOf(term.arguments[0]);
    fits = std::all_of(set.types.begin(), set.types.end(),
                       [&](TypeRef type) { return types_.IsSubtype(type, target); });
  }
  if (fits) return;
  diagnostics_.Add(Code::kCastAcrossKinds, term.span,
                   absl::StrCat("a value of ", NameOf(inference_.TypesOf(term.arguments[0])),
                                " cannot be read as ", term.text),
                   "to_number and to_string convert between numbers and symbols");
}

void TypeChecker::CheckFunctor(const TermSyntax& term) {
  const Overload* overload = inference_.OverloadOf(term);
  bool fits = overload != nullptr;
  for (size_t i = 0; fits && i < term.arguments.size(); ++i) {
    std::optional<ValueKind> kind = inference_.KindOf(term.arguments[i]);
    fits =
        !kind || kind == overload->parameter(i);  // an unknown kind is reported with the argument
  }
  if (fits) return;
  if (explained_.count(term.number) > 0) return;
  Explain(term);
  std::vector<std::string> kinds;
  for (const TermSyntax& argument : term.arguments) kinds.push_back(Described(argument));
  std::string demanded = Demanded(term);
  diagnostics_.Add(
      Code::kNoOverload, term.span,
      absl::StrCat("'", term.text, "' is not defined over (", absl::StrJoin(kinds, ", "), ")",
                   demanded.empty() ? "" : absl::StrCat(" where ", demanded, " is asked for")));
}

void TypeChecker::CheckAggregate(const TermSyntax& term) {
  AggregateSyntax::Op op = term.aggregate->op;
  std::optional<ValueKind> kind = inference_.KindOf(term);
  bool fits =
      op == AggregateSyntax::Op::kCount ? kind == ValueKind::kNumber
      : op == AggregateSyntax::Op::kMean
          ? kind == ValueKind::kFloat
          : kind == ValueKind::kNumber || kind == ValueKind::kUnsigned || kind == ValueKind::kFloat;
  if (fits) return;
  std::string wanted = op == AggregateSyntax::Op::kCount  ? "count gives a number"
                       : op == AggregateSyntax::Op::kMean ? "mean takes floats and gives a float"
                                                          : "sum, min and max take numbers";
  diagnostics_.Add(Code::kAggregateType, term.span, wanted,
                   op == AggregateSyntax::Op::kMean ? "convert with to_float" : "");
}

void TypeChecker::CheckConstraints(const std::vector<BodySyntax>& literals) {
  for (const BodySyntax& literal : literals) {
    if (literal.kind != BodySyntax::Kind::kConstraint || literal.constraint.sides.empty()) continue;
    if (CheckSides(literal.constraint)) CheckOrder(literal.constraint);
  }
}

// Whether both sides may be of one kind.
bool TypeChecker::CheckSides(const ConstraintSyntax& constraint) {
  std::optional<ValueKind> left = DescribedKind(constraint.sides[0]);
  std::optional<ValueKind> right = DescribedKind(constraint.sides[1]);
  bool prefix = constraint.comparison >= ComparisonSyntax::kMatch;
  if (!left || !right || *left == *right || prefix) return true;
  bool explained = false;
  for (const TermSyntax& side : constraint.sides) {
    explained |= explained_.count(side.number) > 0;
    Explain(side);
  }
  if (explained) return false;
  diagnostics_.Add(Code::kOperandType, constraint.span,
                   absl::StrCat("a ", Described(constraint.sides[0]), " cannot be compared with a ",
                                Described(constraint.sides[1])));
  return false;
}

void TypeChecker::CheckOrder(const ConstraintSyntax& constraint) {
  ComparisonSyntax comparison = constraint.comparison;
  if (comparison == ComparisonSyntax::kEqual || comparison == ComparisonSyntax::kNotEqual) return;
  bool symbols = comparison >= ComparisonSyntax::kMatch;
  for (const TermSyntax& side : constraint.sides) {
    std::optional<ValueKind> kind = inference_.KindOf(side);
    if (!kind && side.kind == TermSyntax::Kind::kVariable) kind = DemandedKind(side);
    if (!kind) continue;  // reported with the side
    bool fits = symbols ? kind == ValueKind::kSymbol : kind != ValueKind::kRecord;
    if (fits) continue;
    for (const TermSyntax& part : constraint.sides) Explain(part);
    diagnostics_.Add(Code::kOperandType, side.span,
                     absl::StrCat(symbols ? "match and contains compare symbols, and this is "
                                          : "records have no order, and this is ",
                                  Described(side)));
  }
}

// The kind that `term` has, or would have if nothing contradicted it.
std::optional<ValueKind> TypeChecker::DescribedKind(const TermSyntax& term) const {
  if (std::optional<ValueKind> kind = inference_.KindOf(term)) return kind;
  if (term.kind == TermSyntax::Kind::kString) return ValueKind::kSymbol;
  if (term.kind == TermSyntax::Kind::kUnsigned) return ValueKind::kUnsigned;
  if (term.kind == TermSyntax::Kind::kFloat) return ValueKind::kFloat;
  return term.kind == TermSyntax::Kind::kVariable ? DemandedKind(term) : std::nullopt;
}

// The kind that columns ask of a term which has no type.
std::optional<ValueKind> TypeChecker::DemandedKind(const TermSyntax& term) const {
  for (const TypeInference::Demand& demand : inference_.DemandsOn(term)) {
    if (!demand.head) return types_.KindOf(demand.type);
  }
  return std::nullopt;
}

// A clause without errors knows the kind of every term that is evaluated.
void TypeChecker::CheckAllKnown() {
  ForEachTerm(clause_, [&](const TermSyntax& term) {
    if (term.kind == TermSyntax::Kind::kUnnamed || inference_.KindOf(term)) return;
    if (term.kind == TermSyntax::Kind::kVariable && !unknown_.insert(term.text).second) return;
    diagnostics_.Add(Code::kNoType, term.span, "nothing says of which type this is");
  });
}

// The type of a record or branch, else the predefined type of the term's kind.
TypeId TypeOf(const TermSyntax& term, const TypeInference& inference, const TypeTable& types) {
  const TypeSet& set = inference.TypesOf(term);
  ValueKind kind = inference.KindOf(term).value_or(ValueKind::kSymbol);
  if (kind != ValueKind::kRecord) return PrimitiveType(kind);
  return types.IdOf(set.types[0]);
}

}  // namespace

void CheckTypes(const Schema& schema, Clause* clause, DiagnosticList* diagnostics) {
  TypeChecker checker(schema, *clause, diagnostics);
  checker.Run();
  clause->kinds.assign(clause->terms, ValueKind::kSymbol);
  clause->types.assign(clause->terms, PrimitiveType(ValueKind::kSymbol));
  ForEachTerm(*clause, [&](const TermSyntax& term) {
    clause->kinds[term.number] = checker.inference().KindOf(term).value_or(ValueKind::kSymbol);
    clause->types[term.number] = TypeOf(term, checker.inference(), schema.types);
  });
}

}  // namespace cartograph::rules
