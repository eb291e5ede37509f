#include "rules/engine/rule_instances.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "rules/engine/rule_names.h"

namespace cartograph::rules {
namespace {

// `variable` = `term`.
Literal Equality(uint32_t variable, const Term& term) {
  Literal equality;
  equality.kind = Literal::Kind::kConstraint;
  equality.comparison = Comparison::kEqual;
  equality.left.kind = Term::Kind::kVariable;
  equality.left.value_kind = term.value_kind;
  equality.left.variable = variable;
  equality.right = term;
  return equality;
}

void Rename(const std::vector<uint32_t>& names, Term* term) {
  if (term->kind == Term::Kind::kVariable) term->variable = names[term->variable];
  for (Term& argument : term->arguments) Rename(names, &argument);
}

// A literal of an aggregate's body over other variables. REQUIRES: it is no aggregate.
Literal Renamed(Literal literal, const std::vector<uint32_t>& names) {
  for (Term& argument : literal.atom.arguments) Rename(names, &argument);
  Rename(names, &literal.left);
  Rename(names, &literal.right);
  for (Term& term : literal.range) Rename(names, &term);
  if (literal.kind == Literal::Kind::kRange) literal.result = names[literal.result];
  return literal;
}

// The body of `rule` with that of one of its aggregates beside it, whose own variables are new
// ones;
// `*atom` becomes the atom at `inside` there.
std::vector<Literal> WithInside(const Rule& rule, const Aggregate& aggregate, uint32_t inside,
                                std::vector<ValueKind>* kinds, Atom* atom) {
  std::vector<uint32_t> names(rule.variables.size());
  for (uint32_t variable = 0; variable < names.size(); ++variable) {
    const bool outer = std::count(aggregate.outer.begin(), aggregate.outer.end(), variable) != 0;
    names[variable] = outer ? variable : static_cast<uint32_t>(kinds->size());
    if (!outer) kinds->push_back(rule.variable_kinds[variable]);
  }
  std::vector<Literal> body = rule.body;
  for (const Literal& literal : aggregate.body) {
    if (literal.kind != Literal::Kind::kAggregate) body.push_back(Renamed(literal, names));
  }
  *atom = Renamed(aggregate.body[inside], names).atom;
  return body;
}

}  // namespace

// The end of a pipeline: keeps the values of all variables.
class RuleInstances::Collector : public Operator {
 public:
  Collector(size_t variables, std::vector<Slot> slots, size_t limit)
      : variables_(variables), slots_(std::move(slots)), limit_(limit) {}

  // OUT_OF_RANGE ends a run that has found enough.
  absl::Status Push(Batch* batch) override {
    for (uint32_t i = 0; i < batch->rows; ++i) {
      if (found.size() == limit_) return absl::OutOfRangeError("enough");
      Binding binding(variables_);
      for (const Slot slot : slots_) binding[slot] = batch->column(slot)[i];
      found.push_back(std::move(binding));
    }
    return absl::OkStatus();
  }
  absl::Status Flush() override { return absl::OkStatus(); }

  std::vector<Binding> found;

 private:
  size_t variables_;
  std::vector<Slot> slots_;
  size_t limit_;
};

struct RuleInstances::Prepared {
  RunContext context;
  std::vector<Slot> bound;
  std::unique_ptr<Pipeline> pipeline;
  Collector* collector = nullptr;

  // Runs with the bound slots set to `values`.
  absl::StatusOr<std::vector<Binding>> Run(const uint32_t* values) {
    collector->found.clear();
    Batch& input = pipeline->input();
    input.rows = 1;
    for (const Slot slot : bound) {
      if (std::count(input.live().begin(), input.live().end(), slot) != 0)
        input.column(slot)[0] = *values;
      ++values;
    }
    const absl::Status run = pipeline->Run();
    if (!absl::IsOutOfRange(run)) RETURN_IF_ERROR(run);
    return std::move(collector->found);
  }
};

RuleInstances::RuleInstances(const Model& model, base::Budget* budget)
    : model_(model), budget_(budget), rules_(model.program().rules.size()) {}

RuleInstances::~RuleInstances() = default;

std::unique_ptr<RuleInstances::Prepared> RuleInstances::Prepare(uint32_t rule, const Body& body,
                                                                std::vector<Slot> bound,
                                                                size_t variables, size_t limit) {
  const Rule& written = model_.program().rules[rule];
  auto prepared = std::make_unique<Prepared>();
  prepared->context.interning = model_.program().interning.get();
  prepared->context.budget = budget_;
  prepared->context.where = absl::StrCat("explaining ", written.text);
  PipelineRequest request;
  request.body = &body;
  request.source_of = [this](const Atom& atom, uint32_t) {
    AtomSource source;
    source.relation = &model_.relation(atom.predicate);
    return source;
  };
  std::vector<bool> bindable(body.variable_kinds.size());
  for (const Slot slot : bound) bindable[slot] = true;
  for (const Literal& literal : body.literals) {
    for (const uint32_t variable : VariablesOf(literal)) bindable[variable] = true;
  }
  for (Slot slot = 0; slot < variables; ++slot) {
    if (bindable[slot]) request.needed.push_back(slot);
  }
  request.bound = bound;
  request.context = &prepared->context;
  auto collector = std::make_unique<Collector>(variables, request.needed, limit);
  prepared->collector = collector.get();
  prepared->bound = std::move(bound);
  prepared->pipeline = BuildPipeline(request, std::move(collector));
  return prepared;
}

RuleInstances::Prepared* RuleInstances::PrepareRule(uint32_t rule) {
  if (rules_[rule] != nullptr) return rules_[rule].get();
  // The head's columns become variables of their own, each equal to what the head has there.
  const Rule& written = model_.program().rules[rule];
  std::vector<Literal> literals = written.body;
  std::vector<ValueKind> kinds = written.variable_kinds;
  std::vector<Slot> bound;
  for (const Term& argument : written.head.arguments) {
    bound.push_back(static_cast<Slot>(kinds.size()));
    literals.push_back(Equality(bound.back(), argument));
    kinds.push_back(argument.value_kind);
  }
  rules_[rule] = Prepare(rule, Normalize(literals, std::move(kinds)), std::move(bound),
                         written.variables.size());
  return rules_[rule].get();
}

RuleInstances::Prepared* RuleInstances::PrepareInputs(uint32_t rule, uint32_t literal) {
  std::unique_ptr<Prepared>& prepared = inputs_[{rule, literal}];
  if (prepared == nullptr) {
    const Rule& written = model_.program().rules[rule];
    const Aggregate& aggregate = *written.body[literal].aggregate;
    std::vector<Literal> literals = aggregate.body;
    std::vector<ValueKind> kinds = written.variable_kinds;
    if (aggregate.target.has_value()) {
      literals.push_back(Equality(static_cast<uint32_t>(kinds.size()), *aggregate.target));
      kinds.push_back(aggregate.target->value_kind);
    }
    prepared = Prepare(rule, Normalize(literals, kinds), aggregate.outer, kinds.size());
  }
  return prepared.get();
}

absl::StatusOr<std::vector<Binding>> RuleInstances::Find(uint32_t rule, TupleView head) {
  std::vector<uint32_t> values;
  for (const Value value : head) values.push_back(value.bits());
  return PrepareRule(rule)->Run(values.data());
}

absl::StatusOr<std::vector<Binding>> RuleInstances::FindInputs(uint32_t rule, uint32_t literal,
                                                               const Binding& outer) {
  const Aggregate& aggregate = *model_.program().rules[rule].body[literal].aggregate;
  std::vector<uint32_t> values;
  for (const uint32_t variable : aggregate.outer) values.push_back(outer[variable]);
  return PrepareInputs(rule, literal)->Run(values.data());
}

absl::StatusOr<std::vector<Binding>> RuleInstances::FindPartly(
    uint32_t rule, const std::vector<uint32_t>& literals, const Pattern& head, size_t limit) {
  const Rule& written = model_.program().rules[rule];
  std::vector<Literal> body;
  std::vector<bool> binds(written.variables.size());
  for (const uint32_t literal : literals) {
    body.push_back(written.body[literal]);
    for (const uint32_t variable : VariablesOf(body.back())) binds[variable] = true;
  }
  std::vector<ValueKind> kinds = written.variable_kinds;
  std::vector<Slot> bound;
  std::vector<uint32_t> values;
  for (size_t column = 0; column < head.size(); ++column) {
    const Term& argument = written.head.arguments[column];
    std::vector<uint32_t> needed;
    if (argument.kind != Term::Kind::kVariable) CollectVariables(argument, &needed);
    const bool decided = std::all_of(needed.begin(), needed.end(),
                                     [&](uint32_t variable) { return binds[variable]; });
    if (!head[column].has_value() || !decided) continue;
    bound.push_back(static_cast<Slot>(kinds.size()));
    body.push_back(Equality(bound.back(), argument));
    kinds.push_back(argument.value_kind);
    values.push_back(head[column]->bits());
  }
  const Body normalized = Normalize(body, std::move(kinds));
  return Prepare(rule, normalized, std::move(bound), written.variables.size(), limit)
      ->Run(values.data());
}

std::vector<PredicateId> RuleInstances::ReadBy(const Rule& rule) {
  std::vector<PredicateId> read;
  const auto add = [&](const Literal& literal) {
    if (literal.kind == Literal::Kind::kAtom) read.push_back(literal.atom.predicate);
  };
  for (const Literal& literal : rule.body) {
    add(literal);
    if (literal.kind == Literal::Kind::kAggregate) {
      for (const Literal& inner : literal.aggregate->body) add(inner);
    }
  }
  std::sort(read.begin(), read.end());
  read.erase(std::unique(read.begin(), read.end()), read.end());
  return read;
}

absl::StatusOr<std::vector<Tuple>> RuleInstances::FindHeads(uint32_t rule, const Fact& fact) {
  const std::vector<Literal>& body = model_.program().rules[rule].body;
  const auto reads = [&](const Literal& literal) {
    return literal.kind == Literal::Kind::kAtom && literal.atom.predicate == fact.predicate;
  };
  std::vector<Tuple> heads;
  for (uint32_t i = 0; i < body.size(); ++i) {
    if (reads(body[i])) RETURN_IF_ERROR(AddHeads({rule, i, std::nullopt}, fact, &heads));
    if (body[i].kind != Literal::Kind::kAggregate) continue;
    const std::vector<Literal>& inside = body[i].aggregate->body;
    for (uint32_t j = 0; j < inside.size(); ++j) {
      if (reads(inside[j])) RETURN_IF_ERROR(AddHeads({rule, i, j}, fact, &heads));
    }
  }
  return heads;
}

std::unique_ptr<RuleInstances::Prepared> RuleInstances::PrepareHeads(const Place& place,
                                                                     const Fact& fact) {
  const Rule& written = model_.program().rules[place.rule];
  std::vector<ValueKind> kinds = written.variable_kinds;
  std::vector<Literal> literals = written.body;
  const Literal& literal = written.body[place.literal];
  Atom atom = literal.atom;
  if (place.inside.has_value())
    literals = WithInside(written, *literal.aggregate, *place.inside, &kinds, &atom);
  std::vector<Slot> bound;
  for (size_t column = 0; column < fact.values.size(); ++column) {
    bound.push_back(static_cast<Slot>(kinds.size()));
    literals.push_back(Equality(bound.back(), atom.arguments[column]));
    kinds.push_back(atom.arguments[column].value_kind);
  }
  // The head's values come last.
  for (const Term& argument : written.head.arguments) {
    literals.push_back(Equality(static_cast<uint32_t>(kinds.size()), argument));
    kinds.push_back(argument.value_kind);
  }
  const size_t variables = kinds.size();
  return Prepare(place.rule, Normalize(literals, std::move(kinds)), std::move(bound), variables);
}

absl::Status RuleInstances::AddHeads(const Place& place, const Fact& fact,
                                     std::vector<Tuple>* heads) {
  std::unique_ptr<Prepared>& prepared = heads_[place];
  if (prepared == nullptr) prepared = PrepareHeads(place, fact);
  std::vector<uint32_t> values;
  for (const Value value : fact.values) values.push_back(value.bits());
  ASSIGN_OR_RETURN(const std::vector<Binding> bindings, prepared->Run(values.data()));
  const size_t arity = model_.program().rules[place.rule].head.arguments.size();
  for (const Binding& binding : bindings) {
    Tuple head;
    for (size_t i = binding.size() - arity; i < binding.size(); ++i)
      head.push_back(Value(binding[i]));
    heads->push_back(std::move(head));
  }
  return absl::OkStatus();
}

}  // namespace cartograph::rules
