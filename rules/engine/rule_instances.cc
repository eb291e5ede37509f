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

}  // namespace

// The end of a pipeline: keeps the values of all variables.
class RuleInstances::Collector : public Operator {
 public:
  Collector(size_t variables, std::vector<Slot> slots)
      : variables_(variables), slots_(std::move(slots)) {}

  absl::Status Push(Batch* batch) override {
    for (uint32_t i = 0; i < batch->rows; ++i) {
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
    RETURN_IF_ERROR(pipeline->Run());
    return std::move(collector->found);
  }
};

RuleInstances::RuleInstances(const Model& model, base::Budget* budget)
    : model_(model), budget_(budget), rules_(model.program().rules.size()) {}

RuleInstances::~RuleInstances() = default;

std::unique_ptr<RuleInstances::Prepared> RuleInstances::Prepare(uint32_t rule, const Body& body,
                                                                std::vector<Slot> bound,
                                                                size_t variables) {
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
  auto collector = std::make_unique<Collector>(variables, request.needed);
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

}  // namespace cartograph::rules
