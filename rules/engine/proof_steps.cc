#include "rules/engine/proof_steps.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rules/engine/body.h"

namespace cartograph::rules {
namespace {

// REQUIRES: an atom of a rule's body, whose arguments are variables and constants.
Fact Instantiate(const Atom& atom, const Binding& binding) {
  Fact fact{atom.predicate, {}};
  for (const Term& term : atom.arguments) {
    fact.values.push_back(term.kind == Term::Kind::kVariable ? Value(binding[term.variable])
                                                             : term.constant);
  }
  return fact;
}

ProofStep StepOf(const Fact& fact, uint32_t index, const Rule& rule, const Binding& binding) {
  ProofStep step{fact, index, false, std::vector<std::optional<Value>>(rule.variables.size()), {}};
  for (const Literal& literal : rule.body) {
    for (const uint32_t variable : VariablesOf(literal)) {
      step.values[variable] = Value(binding[variable]);
    }
    if (literal.kind == Literal::Kind::kAtom) {
      step.premises.push_back(Instantiate(literal.atom, binding));
    }
  }
  return step;
}

}  // namespace

ProofSteps::ProofSteps(const Model& model, base::Budget* budget)
    : model_(model),
      budget_(budget),
      instances_(model, budget),
      rules_of_(model.program().predicates.size()) {
  const Program& program = model.program();
  for (uint32_t rule = 0; rule < program.rules.size(); ++rule) {
    rules_of_[Index(program.rules[rule].head.predicate)].push_back(rule);
  }
}

absl::StatusOr<std::optional<ProofStep>> ProofSteps::Next() {
  while (true) {
    RETURN_IF_ERROR(budget_->Check("listing proofs"));
    ASSIGN_OR_RETURN(std::optional<ProofStep> step, NextOfStratum());
    if (step.has_value()) {
      return step;
    }
    if (next_ < due_.size() || !left_.empty()) {
      continue;
    }
    if (!missing_.empty()) {
      return absl::FailedPreconditionError(
          absl::StrCat("what ", ToText(*missing_.begin(), model_.program(), model_.interning()),
                       " was derived from has been subsumed: no rule gives it any more"));
    }
    if (!BeginStratum()) {
      return std::optional<ProofStep>();
    }
  }
}

absl::StatusOr<std::optional<ProofStep>> ProofSteps::NextOfStratum() {
  if (!closing_.empty()) {
    return NextClosing();
  }
  if (next_ < due_.size()) {
    return NextDue();
  }
  if (!left_.empty()) {
    RETURN_IF_ERROR(Prepare(std::exchange(left_, {})));
  }
  std::optional<ProofStep> step = NextLate();
  if (step.has_value()) {
    Close(step->fact);
  }
  return step;
}

ProofStep ProofSteps::NextClosing() {
  ProofStep step = std::move(closing_.front());
  closing_.pop_front();
  Give(step.fact);
  return step;
}

absl::StatusOr<std::optional<ProofStep>> ProofSteps::NextDue() {
  Due& due = due_[next_++];
  if (recursive_ && !IsMissing(due.fact)) {
    return std::optional<ProofStep>();  // a closure gave it
  }
  ASSIGN_OR_RETURN(std::optional<ProofStep> step, GoodStep(due));
  if (!step.has_value()) {
    left_.push_back(std::move(due));
    return step;
  }
  Give(step->fact);
  Close(step->fact);
  return step;
}

bool ProofSteps::BeginStratum() {
  const Program& program = model_.program();
  due_.clear();
  next_ = 0;
  late_.clear();
  uses_.clear();
  classes_.clear();
  closing_facts_.clear();
  if (stratum_ == program.strata.size()) {
    return false;
  }
  const Stratum& stratum = program.strata[stratum_++];
  const auto is_closed = [&](PredicateId id) { return program.predicate(id).eqrel; };
  recursive_ = stratum.recursive ||
               std::any_of(stratum.predicates.begin(), stratum.predicates.end(), is_closed);
  for (const PredicateId id : stratum.predicates) {
    if (program.predicate(id).generated) {
      continue;
    }
    model_.relation(id).ForEachWithOrigin([&](TupleView values, Origin origin) {
      due_.push_back({{id, Tuple(values.begin(), values.end())}, origin});
      return true;
    });
  }
  if (!recursive_) {
    return true;
  }
  for (const Due& due : due_) {
    missing_.insert(due.fact);
  }
  std::stable_sort(due_.begin(), due_.end(),
                   [](const Due& a, const Due& b) { return a.origin.height < b.origin.height; });
  return true;
}

absl::StatusOr<std::optional<ProofStep>> ProofSteps::GoodStep(const Due& due) {
  if (due.origin.rule == Origin::kGiven) {
    return ProofStep{due.fact, std::nullopt, false, {}, {}};
  }
  const std::vector<uint32_t>& rules = rules_of_[Index(due.fact.predicate)];
  // The rule that gave it first, then the others.
  const size_t first = due.origin.rule <= rules.size() ? due.origin.rule - size_t{1} : 0;
  for (size_t i = 0; i < rules.size(); ++i) {
    const uint32_t rule = rules[(first + i) % rules.size()];
    ASSIGN_OR_RETURN(std::vector<ProofStep> steps, Instances(due.fact, rule));
    for (ProofStep& step : steps) {
      const bool good = std::none_of(step.premises.begin(), step.premises.end(),
                                     [&](const Fact& premise) { return IsMissing(premise); });
      if (good) {
        return std::move(step);
      }
    }
  }
  return std::optional<ProofStep>();
}

absl::StatusOr<std::vector<ProofStep>> ProofSteps::Instances(const Fact& fact, uint32_t rule) {
  ASSIGN_OR_RETURN(const std::vector<Binding> bindings, instances_.Find(rule, fact.values));
  budget_->SpendProbes(bindings.size());
  const Rule& written = model_.program().rules[rule];
  // Without recursion the first is as good as any.
  const size_t wanted = recursive_ ? bindings.size() : std::min<size_t>(1, bindings.size());
  std::vector<ProofStep> steps;
  for (size_t i = 0; i < wanted; ++i) {
    steps.push_back(StepOf(fact, rule, written, bindings[i]));
  }
  return steps;
}

bool ProofSteps::IsMissing(const Fact& premise) const {
  return !missing_.empty() && missing_.contains(premise);
}

void ProofSteps::Give(const Fact& fact) {
  missing_.erase(fact);
  const auto uses = uses_.find(fact);
  if (uses == uses_.end()) {
    return;
  }
  for (const Use& waiting : uses->second) {
    if (--late_[waiting.late].missing[waiting.instance] == 0) {
      good_.push_back(waiting);
    }
  }
}

void ProofSteps::Close(const Fact& pair) {
  if (!model_.program().predicate(pair.predicate).eqrel) {
    return;
  }
  Classes& classes = classes_[pair.predicate];
  const Value x = pair.values[0];
  const Value y = pair.values[1];
  const uint32_t from = ClassOf(&classes, x);
  const uint32_t to = ClassOf(&classes, y);
  const auto fact = [&](Value a, Value b) { return Fact{pair.predicate, {a, b}}; };
  if (x != y) {
    AddClosure(pair, y, x, {pair});
    AddClosure(pair, x, x, {pair});
    AddClosure(pair, y, y, {fact(y, x)});
  }
  if (from == to) {
    return;
  }
  // Each class is closed already; `pair` is between them.
  for (const Value a : classes.members[from]) {
    AddClosure(pair, a, y, {fact(a, x), pair});
    for (const Value b : classes.members[to]) {
      AddClosure(pair, a, b, {fact(a, y), fact(y, b)});
      AddClosure(pair, b, a, {fact(a, b)});
    }
  }
  for (const Value b : classes.members[to]) {
    classes.class_of[b.bits()] = from;
    classes.members[from].push_back(b);
  }
  classes.members[to].clear();
}

uint32_t ProofSteps::ClassOf(Classes* classes, Value value) {
  const auto [at, added] =
      classes->class_of.emplace(value.bits(), static_cast<uint32_t>(classes->members.size()));
  if (added) {
    classes->members.push_back({value});
  }
  return at->second;
}

void ProofSteps::AddClosure(const Fact& pair, Value a, Value b, std::vector<Fact> premises) {
  Fact fact{pair.predicate, {a, b}};
  if (IsMissing(fact) && closing_facts_.insert(fact).second) {
    closing_.push_back({std::move(fact), std::nullopt, true, {}, std::move(premises)});
  }
}

absl::Status ProofSteps::Prepare(std::vector<Due> left) {
  for (Due& due : left) {
    RETURN_IF_ERROR(budget_->Check("listing proofs"));
    if (recursive_ && !IsMissing(due.fact)) {
      continue;  // a closure gave it
    }
    missing_.insert(due.fact);
    Late late;
    for (const uint32_t rule : rules_of_[Index(due.fact.predicate)]) {
      ASSIGN_OR_RETURN(std::vector<ProofStep> steps, Instances(due.fact, rule));
      std::move(steps.begin(), steps.end(), std::back_inserter(late.instances));
    }
    late.fact = std::move(due.fact);
    late_.push_back(std::move(late));
  }
  for (uint32_t i = 0; i < late_.size(); ++i) {
    CountMissing(i);
  }
  return absl::OkStatus();
}

void ProofSteps::CountMissing(uint32_t number) {
  Late& late = late_[number];
  for (uint32_t instance = 0; instance < late.instances.size(); ++instance) {
    uint32_t missing = 0;
    for (const Fact& premise : late.instances[instance].premises) {
      if (!IsMissing(premise)) {
        continue;
      }
      ++missing;
      uses_[premise].push_back({number, instance});
    }
    late.missing.push_back(missing);
    if (missing == 0) {
      good_.push_back({number, instance});
    }
  }
}

std::optional<ProofStep> ProofSteps::NextLate() {
  while (!good_.empty()) {
    const Use use = good_.back();
    good_.pop_back();
    Late& late = late_[use.late];
    if (!IsMissing(late.fact)) {
      continue;
    }
    Give(late.fact);
    return std::move(late.instances[use.instance]);
  }
  return std::nullopt;
}

}  // namespace cartograph::rules
