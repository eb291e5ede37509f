#include "rules/analysis/check_names.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "rules/analysis/io_parameters.h"
#include "rules/analysis/wording.h"
#include "rules/syntax/nearest.h"

namespace cartograph::rules {
namespace {

struct Arity {
  absl::string_view functor;
  size_t min;
  size_t max;
};

constexpr size_t kAnyNumber = ~size_t{0};
// Functors written with parentheses; operators have the arity that the grammar gives them.
constexpr Arity kArities[] = {
    {"cat", 1, kAnyNumber}, {"max", 2, kAnyNumber}, {"min", 2, kAnyNumber}, {"range", 2, 3},
    {"strlen", 1, 1},       {"substr", 3, 3},       {"to_float", 1, 1},     {"to_number", 1, 1},
    {"to_string", 1, 1},    {"to_unsigned", 1, 1}};

class NameChecker {
 public:
  NameChecker(const RuleSyntax& rule, const Schema& schema, DiagnosticList* diagnostics)
      : rule_(rule), schema_(schema), diagnostics_(*diagnostics) {}

  void Run() {
    for (const AtomSyntax& head : rule_.heads) CheckHead(head);
    if (rule_.subsumption) CheckSubsumption();
    if (rule_.body) CheckBody(*rule_.body);
    ReportSingletons();
  }

  void CheckAtom(const AtomSyntax& atom) { CheckAtom(atom, Place::kAtom); }

 private:
  // Where a term stands, as far as it says what `_` means there.
  enum class Place { kAtom, kConstraint, kHead };

  void CheckHead(const AtomSyntax& head);
  void CheckSubsumption();
  void CheckAtom(const AtomSyntax& atom, Place place);
  void CheckBody(const BodySyntax& body);
  void CheckConstraint(const ConstraintSyntax& constraint);
  void CheckTerm(const TermSyntax& term, Place place);
  void CheckUnnamed(const TermSyntax& term, Place place);
  void CheckVariable(const TermSyntax& term);
  void CheckFunctor(const TermSyntax& term);
  void CheckBranch(const TermSyntax& term);
  void CheckAggregate(const TermSyntax& term);
  void ReportSingletons();

  const RuleSyntax& rule_;
  const Schema& schema_;
  DiagnosticList& diagnostics_;
  std::map<std::string, std::vector<SourceSpan>> variables_;
};

void NameChecker::CheckHead(const AtomSyntax& head) {
  CheckAtom(head, rule_.subsumption ? Place::kAtom : Place::kHead);
  std::optional<PredicateId> id = schema_.Find(head.name);
  if (id && schema_.predicate(*id).base) {
    diagnostics_.Add(Code::kBaseHead, head.name_span,
                     absl::StrCat("'", head.name, "' is a base relation and cannot be derived"),
                     "declare a relation of your own and derive that");
  }
}

void NameChecker::CheckSubsumption() {
  if (rule_.heads[0].name != rule_.heads[1].name) {
    diagnostics_.Add(Code::kSubsumptionRelations, rule_.heads[1].name_span,
                     absl::StrCat("a fact of '", rule_.heads[0].name,
                                  "' can only be subsumed by one of the "
                                  "same relation, not of '",
                                  rule_.heads[1].name, "'"));
  } else if (rule_.heads[0].arguments.empty()) {
    diagnostics_.Add(Code::kSubsumptionRelations, rule_.heads[0].span,
                     absl::StrCat("'", rule_.heads[0].name, "' has no columns to compare"));
  }
}

void NameChecker::CheckAtom(const AtomSyntax& atom, Place place) {
  std::optional<PredicateId> id = schema_.Resolve(atom.name, atom.name_span, &diagnostics_);
  for (const TermSyntax& argument : atom.arguments) CheckTerm(argument, place);
  if (!id || schema_.predicate(*id).arity() == atom.arguments.size()) return;
  const std::optional<SourceSpan>& declared = schema_.predicate_spans[Index(*id)];
  std::vector<Diagnostic::Note> notes;
  if (declared) notes.push_back({*declared, "it is declared here"});
  diagnostics_.Add(
      Code::kWrongArity, atom.span,
      absl::StrCat("'", atom.name, "' has ", Counted(schema_.predicate(*id).arity(), "column"),
                   ", and here ", Counted(atom.arguments.size(), "argument")),
      std::move(notes));
}

void NameChecker::CheckBody(const BodySyntax& body) {
  if (body.kind == BodySyntax::Kind::kAtom) CheckAtom(body.atom, Place::kAtom);
  if (body.kind == BodySyntax::Kind::kConstraint) CheckConstraint(body.constraint);
  for (const BodySyntax& part : body.parts) CheckBody(part);
}

void NameChecker::CheckConstraint(const ConstraintSyntax& constraint) {
  for (const TermSyntax& side : constraint.sides) CheckTerm(side, Place::kConstraint);
}

void NameChecker::CheckTerm(const TermSyntax& term, Place place) {
  switch (term.kind) {
    case TermSyntax::Kind::kUnnamed:
      return CheckUnnamed(term, place);
    case TermSyntax::Kind::kVariable:
      return CheckVariable(term);
    case TermSyntax::Kind::kAggregate:
      return CheckAggregate(term);
    case TermSyntax::Kind::kFunctor:
      CheckFunctor(term);
      break;
    case TermSyntax::Kind::kBranch:
      CheckBranch(term);
      break;
    case TermSyntax::Kind::kCast:
      schema_.types.Resolve(term.text, term.span, &diagnostics_);
      break;
    default:
      break;
  }
  // `_` may stand for a part of a record, but not for an argument of a functor.
  bool record = term.kind == TermSyntax::Kind::kRecord || term.kind == TermSyntax::Kind::kBranch;
  Place inner = place == Place::kHead ? Place::kHead : record ? Place::kAtom : Place::kConstraint;
  for (const TermSyntax& argument : term.arguments) CheckTerm(argument, inner);
}

void NameChecker::CheckUnnamed(const TermSyntax& term, Place place) {
  if (place == Place::kHead && !rule_.body) {
    diagnostics_.Add(Code::kFactNotConstant, term.span, "a fact cannot hold '_'");
  } else if (place == Place::kHead) {
    diagnostics_.Add(Code::kUnnamedInHead, term.span, "'_' in the head of a rule says no value");
  } else if (place == Place::kConstraint) {
    diagnostics_.Add(Code::kUnnamedInConstraint, term.span,
                     "'_' can only stand for an argument of an atom, record or branch");
  }
}

void NameChecker::CheckVariable(const TermSyntax& term) {
  variables_[term.text].push_back(term.span);
  if (rule_.body || rule_.subsumption) return;
  diagnostics_.Add(Code::kFactNotConstant, term.span,
                   absl::StrCat("a fact cannot hold the variable '", term.text, "'"),
                   absl::StrCat("a symbol is written \"", term.text, "\""));
}

void NameChecker::CheckFunctor(const TermSyntax& term) {
  for (const Arity& arity : kArities) {
    if (arity.functor != term.text) continue;
    size_t given = term.arguments.size();
    if (arity.min <= given && given <= arity.max) return;
    std::string wanted = arity.max == kAnyNumber ? "at least 1 argument"
                         : arity.min != arity.max
                             ? absl::StrCat(arity.min, " or ", arity.max, " arguments")
                             : Counted(arity.min, "argument");
    diagnostics_.Add(Code::kFunctorArity, term.span,
                     absl::StrCat("'", term.text, "' takes ", wanted, ", and is given ", given));
  }
}

void NameChecker::CheckBranch(const TermSyntax& term) {
  std::optional<BranchRef> branch = schema_.types.FindBranch(term.text);
  if (!branch) {
    std::string near = NearestName(term.text, schema_.types.BranchNames());
    diagnostics_.Add(Code::kUnknownBranch, term.span,
                     absl::StrCat("there is no branch '", term.text, "'"),
                     near.empty() ? "" : absl::StrCat("did you mean $", near, "?"));
    return;
  }
  const Type::Branch& declared = schema_.types.type(branch->type).branches[branch->branch];
  if (declared.fields.size() == term.arguments.size()) return;
  diagnostics_.Add(
      Code::kBranchType, term.span,
      absl::StrCat("the branch '", term.text, "' has ", Counted(declared.fields.size(), "field"),
                   ", and here ", Counted(term.arguments.size(), "value")));
}

void NameChecker::CheckAggregate(const TermSyntax& term) {
  const AggregateSyntax& aggregate = *term.aggregate;
  bool count = aggregate.op == AggregateSyntax::Op::kCount;
  if (aggregate.target.size() != (count ? 0 : 1)) {
    diagnostics_.Add(Code::kAggregateTarget, term.span,
                     count ? "count takes no target: it is written count : { … }"
                           : "this aggregate takes one target: it is written op t : { … }");
  }
  for (const TermSyntax& target : aggregate.target) CheckTerm(target, Place::kConstraint);
  CheckBody(aggregate.body);
}

void NameChecker::ReportSingletons() {
  for (const auto& [name, spans] : variables_) {
    if (name[0] == '_' && spans.size() > 1) {
      diagnostics_.Add(Code::kRepeatedSingleton, spans.back(),
                       absl::StrCat("'", name, "' is marked as standing once, but stands ",
                                    spans.size(), " times"));
    } else if (name[0] != '_' && spans.size() == 1 && rule_.body) {
      diagnostics_.Add(Code::kSingletonVariable, spans[0],
                       absl::StrCat("the variable '", name, "' stands only once in this rule"),
                       "write _ for a value that does not matter");
    }
  }
}

}  // namespace

void CheckNames(const RuleSyntax& rule, const Schema& schema, DiagnosticList* diagnostics) {
  NameChecker(rule, schema, diagnostics).Run();
}

void CheckNames(const AtomSyntax& atom, const Schema& schema, DiagnosticList* diagnostics) {
  RuleSyntax fact{.body = BodySyntax{}};
  NameChecker(fact, schema, diagnostics).CheckAtom(atom);
}

namespace {

// Parameters that are not supported would change what is read or written in silence.
void CheckParameters(const DirectiveSyntax& directive, size_t arity, DiagnosticList* diagnostics) {
  for (size_t i = 0; i < directive.parameters.size(); ++i) {
    std::string refusal = RefusalOf(directive.kind, directive.parameters, i, arity);
    if (refusal.empty()) continue;
    diagnostics->Add(Code::kIoParameter, directive.parameter_spans[i], std::move(refusal));
  }
}

}  // namespace

void CheckNames(const DirectiveSyntax& directive, const Schema& schema,
                DiagnosticList* diagnostics) {
  for (size_t i = 0; i < directive.relations.size(); ++i) {
    std::optional<PredicateId> id =
        schema.Resolve(directive.relations[i], directive.relation_spans[i], diagnostics);
    if (id) CheckParameters(directive, schema.predicate(*id).arity(), diagnostics);
  }
  if (directive.kind != DirectiveSyntax::Kind::kLimitSize) return;
  int32_t limit = 0;
  for (const auto& [key, value] : directive.parameters) {
    if (key == "n" && absl::SimpleAtoi(value, &limit)) return;
  }
  diagnostics->Add(Code::kLimitsize, directive.span, ".limitsize needs the parameter n, a number",
                   absl::StrCat("for instance .limitsize ", directive.relations[0], "(n=1000)"));
}

}  // namespace cartograph::rules
