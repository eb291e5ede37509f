#include "rules/engine/proof_search.h"

#include <algorithm>
#include <queue>
#include <tuple>

#include "base/check.h"
#include "base/status.h"
#include "rules/engine/arithmetic.h"

namespace cartograph::rules {
namespace {

uint32_t ValueOf(const Term& term, const Binding& binding) {
  return term.kind == Term::Kind::kConstant ? term.constant.bits() : binding[term.variable];
}

Tuple Instantiate(const Atom& atom, const Binding& binding) {
  Tuple values;
  for (const Term& argument : atom.arguments) values.push_back(Value(ValueOf(argument, binding)));
  return values;
}

// The bindings that attain the minimum or maximum; all of them for other aggregates.
std::vector<Binding> Attaining(const Aggregate& aggregate, std::vector<Binding> inputs) {
  const bool least = aggregate.op == AggregateOp::kMin;
  if (!least && aggregate.op != AggregateOp::kMax) return inputs;
  const auto better = [&](uint32_t a, uint32_t b) {
    return least ? LessThan(aggregate.kind, a, b) : LessThan(aggregate.kind, b, a);
  };
  std::vector<Binding> best;
  for (Binding& input : inputs) {
    if (!best.empty() && better(best.front().back(), input.back())) continue;
    if (!best.empty() && better(input.back(), best.front().back())) best.clear();
    best.push_back(std::move(input));
  }
  return best;
}

}  // namespace

ProofSearch::ProofSearch(const Model& model, size_t aggregate_inputs_max, base::Budget* budget)
    : model_(model),
      aggregate_inputs_max_(aggregate_inputs_max),
      budget_(budget),
      instances_(model, budget),
      rules_of_(model.program().predicates.size()),
      bounded_(model.program().predicates.size(), true),
      strata_(model.program().predicates.size()),
      numbers_(model.program().predicates.size()) {
  const Program& program = model.program();
  for (const Predicate& predicate : program.predicates) tuples_.emplace_back(predicate.arity());
  for (uint32_t rule = 0; rule < program.rules.size(); ++rule) {
    rules_of_[Index(program.rules[rule].head.predicate)].push_back(rule);
  }
  // Closures and facts that are derived again after they were subsumed have heights that are no
  // bounds.
  for (const Stratum& stratum : program.strata) {
    const bool bounds = stratum.subsumptions.empty() &&
                        std::none_of(stratum.predicates.begin(), stratum.predicates.end(),
                                     [&](PredicateId id) { return program.predicate(id).eqrel; });
    for (const PredicateId id : stratum.predicates) {
      bounded_[Index(id)] = bounds;
      strata_[Index(id)] = static_cast<uint32_t>(&stratum - program.strata.data());
    }
  }
}

FactNumber ProofSearch::NumberOf(PredicateId predicate, TupleView values) {
  static_assert(sizeof(Value) == sizeof(uint32_t));
  std::vector<uint32_t> bits;
  for (const Value value : values) bits.push_back(value.bits());
  TupleMap& tuples = tuples_[Index(predicate)];
  const uint32_t tuple = tuples.FindOrAdd(bits.data());
  std::vector<FactNumber>& numbers = numbers_[Index(predicate)];
  if (tuple < numbers.size()) return numbers[tuple];
  const auto number = static_cast<FactNumber>(nodes_.size());
  numbers.push_back(number);
  Node node;
  node.predicate = predicate;
  node.tuple = tuple;
  const std::optional<Origin> origin = model_.relation(predicate).Find(values);
  CHECK(origin.has_value());
  node.given = origin->rule == Origin::kGiven;
  node.lower = bounded_[Index(predicate)] ? std::max<Cost>(1, origin->height) : 1;
  if (node.given) node.lower = node.cost = 0;
  nodes_.push_back(std::move(node));
  return number;
}

Fact ProofSearch::FactOf(FactNumber number) const {
  const Node& node = nodes_[number];
  Fact fact{node.predicate, {}};
  const TupleMap& tuples = tuples_[Index(node.predicate)];
  for (size_t i = 0; i < tuples.width(); ++i)
    fact.values.push_back(Value(tuples.tuple(node.tuple)[i]));
  return fact;
}

std::string ProofSearch::TextOf(FactNumber number) const {
  return ToText(FactOf(number), model_.program(), model_.interning());
}

uint32_t ProofSearch::CostOf(FactNumber fact) const {
  return static_cast<uint32_t>(std::min(nodes_[fact].cost, kCostMax));
}

absl::StatusOr<bool> ProofSearch::Run(FactNumber fact) {
  if (!model_.program().subsumptions.empty()) {
    ASSIGN_OR_RETURN(const bool provable, IsProvable(fact));
    if (!provable) return false;
  }
  Cost limit = nodes_[fact].lower;
  while (nodes_[fact].cost == kUnknown) {
    Cost next = kUnknown;
    RETURN_IF_ERROR(Pass(fact, limit, &next));
    if (nodes_[fact].cost != kUnknown) break;
    CHECK(next != kUnknown);
    // Long proofs may overshoot a little rather than be searched once a step.
    limit = std::max(next, limit + limit / 8);
  }
  return true;
}

absl::Status ProofSearch::Pass(FactNumber root, Cost limit, Cost* next) {
  ++pass_;
  RETURN_IF_ERROR(Spread(root, limit, next));
  Settle(root, limit, next);
  for (const FactNumber fact : spread_) {
    Node& node = nodes_[fact];
    if (node.cost == kUnknown) node.lower = std::max(node.lower, node.allowed + 1);
  }
  if (*next != kUnknown) *next = std::max(*next, nodes_[root].lower);
  return absl::OkStatus();
}

absl::StatusOr<bool> ProofSearch::IsProvable(FactNumber root) {
  std::vector<FactNumber> reached = {root};
  std::vector<bool> seen(root + 1);
  for (size_t i = 0; i < reached.size(); ++i) {
    RETURN_IF_ERROR(budget_->Check("explaining a fact"));
    if (nodes_[reached[i]].given) continue;
    RETURN_IF_ERROR(Expand(reached[i]));
    seen.resize(nodes_.size());
    for (const RuleInstance& instance : nodes_[reached[i]].instances) {
      for (const FactNumber premise : instance.premises) {
        if (!seen[premise]) reached.push_back(premise);
        seen[premise] = true;
      }
    }
  }
  std::vector<bool> proved(nodes_.size());
  for (bool again = true; again;) {
    again = false;
    for (const FactNumber fact : reached) {
      const auto holds = [&](const RuleInstance& instance) {
        return std::all_of(instance.premises.begin(), instance.premises.end(),
                           [&](FactNumber premise) { return proved[premise]; });
      };
      const std::vector<RuleInstance>& instances = nodes_[fact].instances;
      if (proved[fact] ||
          (!nodes_[fact].given && std::none_of(instances.begin(), instances.end(), holds)))
        continue;
      proved[fact] = again = true;
    }
  }
  return proved[root];
}

ProofSearch::Cost ProofSearch::LowerBoundOf(const RuleInstance& instance) const {
  Cost total = 1;
  for (const FactNumber premise : instance.premises) total += nodes_[premise].lower;
  return total;
}

absl::Status ProofSearch::Spread(FactNumber root, Cost limit, Cost* next) {
  // The most generous allowance first: an allowance only shrinks on the way down, so each fact is
  // expanded once.
  std::priority_queue<std::pair<Cost, FactNumber>> open;
  const auto allow = [&](FactNumber fact, Cost allowed) {
    Node& node = nodes_[fact];
    if (node.cost != kUnknown) return;
    if (node.pass == pass_ && node.allowed >= allowed) return;
    node.pass = pass_;
    node.allowed = allowed;
    open.push({allowed, fact});
  };
  spread_.clear();
  allow(root, limit);
  while (!open.empty()) {
    const auto [allowed, fact] = open.top();
    open.pop();
    if (allowed != nodes_[fact].allowed) continue;
    RETURN_IF_ERROR(budget_->Check("explaining a fact"));
    RETURN_IF_ERROR(Expand(fact));
    spread_.push_back(fact);
    for (const RuleInstance& instance : nodes_[fact].instances) {
      const Cost lower = LowerBoundOf(instance);
      if (lower > allowed) {
        *next = std::min(*next, limit + lower - allowed);
        continue;
      }
      for (const FactNumber premise : instance.premises)
        allow(premise, allowed - lower + nodes_[premise].lower);
    }
  }
  return absl::OkStatus();
}

void ProofSearch::Settle(FactNumber root, Cost limit, Cost* next) {
  std::vector<Pending> pending;
  std::vector<std::vector<Use>> uses(nodes_.size());
  std::priority_queue<std::pair<Cost, FactNumber>, std::vector<std::pair<Cost, FactNumber>>,
                      std::greater<>>
      ready;
  for (const FactNumber fact : spread_) {
    for (const RuleInstance& instance : nodes_[fact].instances) {
      if (LowerBoundOf(instance) > nodes_[fact].allowed) continue;
      Pending count;
      for (const FactNumber premise : instance.premises) {
        const Cost cost = nodes_[premise].cost;
        if (cost == kUnknown) {
          ++count.open;
          uses[premise].push_back({fact, static_cast<uint32_t>(pending.size())});
        } else {
          count.sum = std::min(count.sum + cost, kCostMax);
        }
      }
      if (count.open == 0) ready.push({count.sum, fact});
      pending.push_back(count);
    }
  }
  while (!ready.empty() && nodes_[root].cost == kUnknown) {
    const auto [cost, fact] = ready.top();
    ready.pop();
    Node& node = nodes_[fact];
    if (node.cost != kUnknown) continue;
    if (cost > node.allowed) {  // a cheaper instance may not have been looked at
      *next = std::min(*next, limit + cost - node.allowed);
      continue;
    }
    node.cost = node.lower = cost;
    for (const Use& use : uses[fact]) {
      Pending& count = pending[use.instance];
      count.sum = std::min(count.sum + cost, kCostMax);
      if (--count.open == 0) ready.push({count.sum, use.head});
    }
  }
}

absl::Status ProofSearch::Expand(FactNumber fact) {
  if (nodes_[fact].expanded) return absl::OkStatus();
  const PredicateId predicate = nodes_[fact].predicate;
  for (const uint32_t rule : rules_of_[Index(predicate)]) RETURN_IF_ERROR(ExpandByRule(fact, rule));
  if (model_.program().predicate(predicate).eqrel) ExpandByClosure(fact);
  nodes_[fact].expanded = true;
  return absl::OkStatus();
}

absl::Status ProofSearch::ExpandByRule(FactNumber fact, uint32_t rule) {
  const Rule& written = model_.program().rules[rule];
  ASSIGN_OR_RETURN(std::vector<Binding> bindings, instances_.Find(rule, FactOf(fact).values));
  budget_->SpendProbes(bindings.size());
  for (Binding& binding : bindings) {
    RuleInstance instance;
    instance.rule = rule;
    for (uint32_t i = 0; i < written.body.size(); ++i) {
      std::optional<FactNumber> more;
      ASSIGN_OR_RETURN(const std::vector<FactNumber> premises, PremisesOf(rule, i, binding, &more));
      instance.premises.insert(instance.premises.end(), premises.begin(), premises.end());
      instance.cut = instance.cut || more.has_value();
    }
    instance.binding = std::move(binding);
    nodes_[fact].instances.push_back(std::move(instance));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<FactNumber>> ProofSearch::PremisesOf(uint32_t rule, uint32_t literal,
                                                                const Binding& binding,
                                                                std::optional<FactNumber>* more) {
  const Literal& written = model_.program().rules[rule].body[literal];
  if (written.kind == Literal::Kind::kAtom) {
    return std::vector<FactNumber>{
        NumberOf(written.atom.predicate, Instantiate(written.atom, binding))};
  }
  if (written.kind != Literal::Kind::kAggregate) return std::vector<FactNumber>();
  const Aggregate& aggregate = *written.aggregate;
  ASSIGN_OR_RETURN(std::vector<Binding> inputs, instances_.FindInputs(rule, literal, binding));
  std::vector<FactNumber> premises;
  for (const Binding& input : Attaining(aggregate, std::move(inputs))) {
    for (const Literal& inner : aggregate.body) {
      if (inner.kind != Literal::Kind::kAtom) continue;
      premises.push_back(NumberOf(inner.atom.predicate, Instantiate(inner.atom, input)));
    }
  }
  std::sort(premises.begin(), premises.end());
  premises.erase(std::unique(premises.begin(), premises.end()), premises.end());
  for (const FactNumber premise : premises) CachedText(premise);
  std::sort(premises.begin(), premises.end(),
            [&](FactNumber a, FactNumber b) { return texts_[a] < texts_[b]; });
  if (premises.size() > aggregate_inputs_max_) {
    *more = premises[aggregate_inputs_max_];
    premises.resize(aggregate_inputs_max_);
  }
  return premises;
}

// An equivalence holds each of its pairs with itself, turned round, and joined with its neighbours.
void ProofSearch::ExpandByClosure(FactNumber fact) {
  const Fact pair = FactOf(fact);
  const Value a = pair.values[0];
  const Value c = pair.values[1];
  const auto add = [&](std::vector<FactNumber> premises) {
    RuleInstance instance;
    instance.rule = RuleInstance::kClosure;
    instance.premises = std::move(premises);
    nodes_[fact].instances.push_back(std::move(instance));
  };
  const auto number = [&](Value x, Value y) { return NumberOf(pair.predicate, Tuple{x, y}); };
  if (a != c) add({number(c, a)});
  const Relation& relation = model_.relation(pair.predicate);
  const Table& table = relation.OrderFrom(0);
  const Table::Group group = table.Find(a.bits());
  ForEachCode(group.codes, group.rows, table.code_bytes(), [&](uint64_t code) {
    const Value b = table.layout().Decode(code, 1);
    if (a == c) {
      if (b != a) add({number(a, b)});
    } else if (b != a && b != c) {
      add({number(a, b), number(b, c)});
    }
  });
}

const std::string& ProofSearch::CachedText(FactNumber number) {
  if (texts_.size() <= number) texts_.resize(nodes_.size());
  if (texts_[number].empty()) texts_[number] = TextOf(number);
  return texts_[number];
}

bool ProofSearch::IsBetter(const RuleInstance& a, const RuleInstance& b) {
  if (a.rule != b.rule) return a.rule < b.rule;
  const size_t shared = std::min(a.premises.size(), b.premises.size());
  for (size_t i = 0; i < shared; ++i) {
    if (a.premises[i] == b.premises[i]) continue;
    const std::string text = CachedText(a.premises[i]);
    return text < CachedText(b.premises[i]);
  }
  if (a.premises.size() != b.premises.size()) return a.premises.size() < b.premises.size();
  return a.binding < b.binding;
}

const RuleInstance& ProofSearch::BestInstanceOf(FactNumber fact) {
  const RuleInstance* best = nullptr;
  for (const RuleInstance& instance : nodes_[fact].instances) {
    Cost sum = 1;
    for (const FactNumber premise : instance.premises) {
      const Cost cost = nodes_[premise].cost;
      sum = cost == kUnknown ? kUnknown : std::min(sum + cost, kCostMax);
      if (sum == kUnknown) break;
    }
    if (sum != nodes_[fact].cost) continue;
    if (best == nullptr || IsBetter(instance, *best)) best = &instance;
  }
  CHECK(best != nullptr);
  return *best;
}

const RuleInstance* ProofSearch::EarlierInstanceOf(FactNumber fact) {
  if (!bounded_[Index(nodes_[fact].predicate)]) return nullptr;
  // When a fact was derived: by its stratum, then by its round there.
  const auto time = [&](FactNumber number) {
    const Fact of = FactOf(number);
    const uint32_t stratum = strata_[Index(of.predicate)];
    return std::pair(stratum, model_.relation(of.predicate).Find(of.values)->height);
  };
  const RuleInstance* best = nullptr;
  for (const RuleInstance& instance : nodes_[fact].instances) {
    const bool earlier = std::all_of(
        instance.premises.begin(), instance.premises.end(),
        [&](FactNumber premise) { return nodes_[premise].given || time(premise) < time(fact); });
    if (earlier && (best == nullptr || IsBetter(instance, *best))) best = &instance;
  }
  return best;
}

}  // namespace cartograph::rules
