#include "rules/analysis/lower.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "rules/analysis/constants.h"
#include "rules/analysis/overloads.h"
#include "rules/analysis/schedule.h"

namespace cartograph::rules {
namespace {

const Overload& OverloadOf(const Clause& clause, const TermSyntax& term) {
  for (const Overload* overload : OverloadsOf(term.text, term.arguments.size())) {
    bool same = overload->result == clause.kinds[term.number];
    for (size_t i = 0; i < term.arguments.size(); ++i) {
      same = same && overload->parameter(i) == clause.kinds[term.arguments[i].number];
    }
    if (same) return *overload;
  }
  base::CheckFailed("the overload was inferred", __FILE__, __LINE__);
}

// How often each variable stands in the clause.
using Counts = std::map<std::string, size_t>;

template <typename Tree>
void CountVariables(const Tree& tree, Counts* counts) {
  ForEachTerm(tree, [&](const TermSyntax& term) {
    if (term.kind == TermSyntax::Kind::kVariable) ++(*counts)[term.text];
  });
}

class ClauseLowering {
 public:
  ClauseLowering(const Clause& clause, const Schema& schema, Interning* interning)
      : clause_(clause), schema_(schema), interning_(*interning) {
    CountVariables(clause, &counts_);
    CountVariables(clause.body, &body_counts_);
  }

  Atom LowerHead(std::vector<Literal>* body) {
    Atom head{.predicate = *schema_.Find(clause_.head.name)};
    for (const TermSyntax& argument : clause_.head.arguments) {
      head.arguments.push_back(LowerTerm(argument, body));
    }
    return head;
  }

  // An atom that is looked up: its arguments are variables, constants and, when `negated`,
  // wildcards.
  Atom LowerAtom(const AtomSyntax& atom, bool negated, std::vector<Literal>* body);
  void LowerLiterals(const std::vector<BodySyntax>& literals, std::vector<Literal>* body);

  std::vector<std::string> TakeVariables() { return std::move(variables_); }
  std::vector<ValueKind> TakeKinds() { return std::move(variable_kinds_); }

 private:
  void LowerConstraint(const ConstraintSyntax& constraint, std::vector<Literal>* body);
  bool LowerDefinition(const ConstraintSyntax& constraint, std::vector<Literal>* body);
  Term LowerTerm(const TermSyntax& term, std::vector<Literal>* body);
  Term LowerCall(const TermSyntax& term, std::vector<Literal>* body);
  Term LowerRecord(const TermSyntax& term, std::vector<Literal>* body);
  void LowerRange(const TermSyntax& term, uint32_t result, std::vector<Literal>* body);
  void LowerAggregate(const TermSyntax& term, uint32_t result, std::vector<Literal>* body);
  Term Named(const Term& term, SourceSpan span, std::vector<Literal>* body);
  Term Constant(Value value, ValueKind kind) const {
    return {.kind = Term::Kind::kConstant, .value_kind = kind, .constant = value};
  }
  Term Variable(uint32_t index) const {
    return {.kind = Term::Kind::kVariable, .value_kind = variable_kinds_[index], .variable = index};
  }
  uint32_t VariableOf(const TermSyntax& term);
  uint32_t FreshVariable(ValueKind kind);
  bool IsGenerator(const TermSyntax& term) const {
    return term.kind == TermSyntax::Kind::kAggregate ||
           (term.kind == TermSyntax::Kind::kFunctor && term.text == "range");
  }
  void LowerGenerator(const TermSyntax& term, uint32_t result, std::vector<Literal>* body) {
    if (term.kind == TermSyntax::Kind::kAggregate) return LowerAggregate(term, result, body);
    LowerRange(term, result, body);
  }

  const Clause& clause_;
  const Schema& schema_;
  Interning& interning_;
  Counts counts_;
  Counts body_counts_;
  std::map<std::string, uint32_t> by_name_;
  std::vector<std::string> variables_;
  std::vector<ValueKind> variable_kinds_;
};

uint32_t ClauseLowering::VariableOf(const TermSyntax& term) {
  auto [at, added] = by_name_.emplace(term.text, static_cast<uint32_t>(variables_.size()));
  if (added) {
    absl::string_view name = WrittenName(term.text);
    variables_.emplace_back(name == "_" ? "" : name);
    variable_kinds_.push_back(clause_.kinds[term.number]);
  }
  return at->second;
}

uint32_t ClauseLowering::FreshVariable(ValueKind kind) {
  variables_.emplace_back();
  variable_kinds_.push_back(kind);
  return static_cast<uint32_t>(variables_.size() - 1);
}

// `term` itself when it is a variable or constant, else a fresh variable that equals it.
Term ClauseLowering::Named(const Term& term, SourceSpan span, std::vector<Literal>* body) {
  if (term.kind == Term::Kind::kVariable || term.kind == Term::Kind::kConstant) return term;
  Term variable = Variable(FreshVariable(term.value_kind));
  body->push_back(
      {.kind = Literal::Kind::kConstraint, .left = variable, .right = term, .span = span});
  return variable;
}

Atom ClauseLowering::LowerAtom(const AtomSyntax& atom, bool negated, std::vector<Literal>* body) {
  Atom lowered{.predicate = *schema_.Find(atom.name)};
  const std::vector<Column>& columns = schema_.predicate(lowered.predicate).columns;
  for (size_t i = 0; i < atom.arguments.size(); ++i) {
    const TermSyntax& argument = atom.arguments[i];
    if (argument.kind == TermSyntax::Kind::kUnnamed && negated) {
      lowered.arguments.push_back({.kind = Term::Kind::kWildcard, .value_kind = columns[i].kind});
    } else {
      lowered.arguments.push_back(Named(LowerTerm(argument, body), argument.span, body));
    }
  }
  return lowered;
}

void ClauseLowering::LowerLiterals(const std::vector<BodySyntax>& literals,
                                   std::vector<Literal>* body) {
  for (const BodySyntax& literal : literals) {
    const AtomSyntax* atom = AtomOf(literal);
    if (atom == nullptr) {
      LowerConstraint(literal.constraint, body);
      continue;
    }
    bool negated = literal.kind == BodySyntax::Kind::kNegation;
    Atom lowered = LowerAtom(*atom, negated, body);
    body->push_back({.kind = negated ? Literal::Kind::kNegation : Literal::Kind::kAtom,
                     .atom = std::move(lowered),
                     .span = literal.span});
  }
}

void ClauseLowering::LowerConstraint(const ConstraintSyntax& constraint,
                                     std::vector<Literal>* body) {
  if (LowerDefinition(constraint, body)) return;
  Literal literal{.kind = Literal::Kind::kConstraint,
                  .comparison = static_cast<Comparison>(constraint.comparison),
                  .span = constraint.span};
  if (!constraint.sides.empty()) {
    literal.left = LowerTerm(constraint.sides[0], body);
    literal.right = LowerTerm(constraint.sides[1], body);
  }
  body->push_back(std::move(literal));
}

// `x = count : { … }` where x stands nowhere else in the body: the aggregate binds x itself.
bool ClauseLowering::LowerDefinition(const ConstraintSyntax& constraint,
                                     std::vector<Literal>* body) {
  if (constraint.comparison != ComparisonSyntax::kEqual) return false;
  for (size_t side = 0; side < 2; ++side) {
    const TermSyntax& variable = constraint.sides[side];
    const TermSyntax& generator = constraint.sides[1 - side];
    if (variable.kind != TermSyntax::Kind::kVariable || !IsGenerator(generator)) continue;
    if (body_counts_[variable.text] != 1 || by_name_.count(variable.text) > 0) continue;
    LowerGenerator(generator, VariableOf(variable), body);
    return true;
  }
  return false;
}

Term ClauseLowering::LowerTerm(const TermSyntax& term, std::vector<Literal>* body) {
  ValueKind kind = clause_.kinds[term.number];
  switch (term.kind) {
    case TermSyntax::Kind::kVariable:
      return Variable(VariableOf(term));
    case TermSyntax::Kind::kUnnamed:
      return Variable(FreshVariable(kind));
    case TermSyntax::Kind::kString:
    case TermSyntax::Kind::kNumber:
    case TermSyntax::Kind::kUnsigned:
    case TermSyntax::Kind::kFloat:
    case TermSyntax::Kind::kNil:
      return Constant(*ConstantValue(term, clause_, schema_, &interning_), kind);
    case TermSyntax::Kind::kRecord:
    case TermSyntax::Kind::kBranch:
      return LowerRecord(term, body);
    case TermSyntax::Kind::kCast: {
      Term value = LowerTerm(term.arguments[0], body);
      value.value_kind = kind;
      return value;
    }
    case TermSyntax::Kind::kFunctor:
    case TermSyntax::Kind::kAggregate:
      break;
  }
  if (!IsGenerator(term)) return LowerCall(term, body);
  uint32_t result = FreshVariable(kind);
  LowerGenerator(term, result, body);
  return Variable(result);
}

Term ClauseLowering::LowerCall(const TermSyntax& term, std::vector<Literal>* body) {
  const Overload& overload = OverloadOf(clause_, term);
  if (IsIdentity(overload)) return LowerTerm(term.arguments[0], body);
  Term call{.kind = Term::Kind::kCall,
            .value_kind = clause_.kinds[term.number],
            .functor = FunctorOf(overload)};
  for (const TermSyntax& argument : term.arguments) {
    call.arguments.push_back(LowerTerm(argument, body));
  }
  return call;
}

Term ClauseLowering::LowerRecord(const TermSyntax& term, std::vector<Literal>* body) {
  if (std::optional<Value> value = ConstantValue(term, clause_, schema_, &interning_)) {
    return Constant(*value, ValueKind::kRecord);
  }
  Term record{.kind = Term::Kind::kRecord, .value_kind = ValueKind::kRecord};
  if (term.kind == TermSyntax::Kind::kBranch) {
    uint32_t branch = schema_.types.FindBranch(term.text)->branch;
    record.arguments.push_back(Constant(Value::Unsigned(branch), ValueKind::kUnsigned));
  }
  for (const TermSyntax& argument : term.arguments) {
    record.arguments.push_back(LowerTerm(argument, body));
  }
  return record;
}

void ClauseLowering::LowerRange(const TermSyntax& term, uint32_t result,
                                std::vector<Literal>* body) {
  Literal range{.kind = Literal::Kind::kRange, .result = result, .span = term.span};
  for (const TermSyntax& argument : term.arguments)
    range.range.push_back(LowerTerm(argument, body));
  body->push_back(std::move(range));
}

void ClauseLowering::LowerAggregate(const TermSyntax& term, uint32_t result,
                                    std::vector<Literal>* body) {
  const AggregateSyntax& syntax = *term.aggregate;
  auto aggregate = std::make_shared<Aggregate>();
  aggregate->op = static_cast<AggregateOp>(syntax.op);
  aggregate->kind = clause_.kinds[term.number];
  aggregate->result = result;
  LowerLiterals(syntax.literals, &aggregate->body);
  if (!syntax.target.empty()) aggregate->target = LowerTerm(syntax.target[0], &aggregate->body);

  Counts inside;
  CountVariables(syntax.literals, &inside);
  for (const TermSyntax& target : syntax.target) CountVariables(target, &inside);
  for (const auto& [name, count] : inside) {
    if (counts_.at(name) > count) aggregate->outer.push_back(by_name_.at(name));
  }
  body->push_back(
      {.kind = Literal::Kind::kAggregate, .aggregate = std::move(aggregate), .span = term.span});
}

std::string TextOf(const SourceSpan& span, const Program& program) {
  return program.sources[span.file].text.substr(span.begin, span.end - span.begin);
}

bool AllConstant(const Atom& atom) {
  for (const Term& argument : atom.arguments) {
    if (argument.kind != Term::Kind::kConstant) return false;
  }
  return true;
}

void ReportUnschedulable(std::optional<SourceSpan> literal, DiagnosticList* diagnostics) {
  if (!literal) return;
  diagnostics->Add(Code::kDependentAggregates, *literal,
                   "no order of the literals binds what this one needs",
                   "split the rule, so that one part is a relation of its own");
}

void LowerSubsumption(const Clause& clause, const RuleSyntax& rule, ClauseLowering* lowering,
                      Program* program, DiagnosticList* diagnostics) {
  Subsumption subsumption{.text = TextOf(rule.span, *program), .span = rule.span};
  std::vector<Literal>* body = &subsumption.body;
  subsumption.dominated = lowering->LowerAtom(clause.head, false, body);
  subsumption.dominating = lowering->LowerAtom(*clause.dominating, false, body);
  lowering->LowerLiterals(clause.body, body);
  subsumption.variables = lowering->TakeVariables();
  subsumption.variable_kinds = lowering->TakeKinds();
  ReportUnschedulable(FindUnschedulable(*body, subsumption.variables.size(),
                                        {&subsumption.dominated, &subsumption.dominating}),
                      diagnostics);
  program->subsumptions.push_back(std::move(subsumption));
}

}  // namespace

void LowerClause(const Clause& clause, const RuleSyntax& rule, const Schema& schema,
                 Program* program, DiagnosticList* diagnostics) {
  ClauseLowering lowering(clause, schema, program->interning.get());
  if (clause.dominating) return LowerSubsumption(clause, rule, &lowering, program, diagnostics);
  Rule lowered{.source_rule = clause.rule, .text = TextOf(rule.span, *program), .span = rule.span};
  lowering.LowerLiterals(clause.body, &lowered.body);
  lowered.head = lowering.LowerHead(&lowered.body);
  if (clause.fact && lowered.body.empty() && AllConstant(lowered.head)) {
    GivenFact fact{.predicate = lowered.head.predicate, .span = rule.span};
    for (const Term& argument : lowered.head.arguments) fact.values.push_back(argument.constant);
    program->facts.push_back(std::move(fact));
    return;
  }
  lowered.variables = lowering.TakeVariables();
  lowered.variable_kinds = lowering.TakeKinds();
  for (const AnnotationSyntax& annotation : rule.annotations) {
    lowered.annotations.push_back({annotation.name, annotation.arguments});
  }
  ReportUnschedulable(FindUnschedulable(lowered.body, lowered.variables.size(), {}), diagnostics);
  program->rules.push_back(std::move(lowered));
}

}  // namespace cartograph::rules
