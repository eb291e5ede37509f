#include "rules/engine/partition.h"

#include <algorithm>
#include <bit>

#include "rules/engine/join_order.h"
#include "rules/engine/statistics.h"

namespace cartograph::rules {
namespace {

// A partition may cost this much more in joins: it saves the sorting of what comes out of them.
constexpr double kCostFactorMax = 3;
// Rows' worth of work to put a row of another order into place, once.
constexpr double kOrderCost = 2;
// Costs closer than this are equal, as far as one can tell beforehand.
constexpr double kCloseFactor = 1.5;
// Bits of a group's bitmap that the first- and second-level cache hold.
constexpr int kGroupBitsMax = 20;
constexpr uint32_t kNoColumn = UINT32_MAX;

class PartitionSearch {
 public:
  explicit PartitionSearch(const PartitionInput& input) : input_(input), program_(input.program) {
    for (const uint32_t rule : input.stratum.rules) {
      bodies_.push_back(Normalize(program_.rules[rule].body, program_.rules[rule].variable_kinds));
    }
  }

  std::optional<Partition> Run() {
    if (!input_.stratum.subsumptions.empty() || input_.stratum.rules.empty()) return std::nullopt;
    for (const PredicateId id : input_.stratum.predicates) {
      if (program_.predicate(id).eqrel || program_.predicate(id).arity() == 0) return std::nullopt;
    }
    std::optional<Partition> best;
    double best_cost = 0;
    const PredicateId first = program_.rules[input_.stratum.rules[0]].head.predicate;
    for (uint32_t column = 0; column < program_.predicate(first).arity(); ++column) {
      std::optional<Partition> partition = Extend(first, column);
      if (!partition.has_value()) continue;
      const double cost = ChooseDrivers(&*partition);
      if (best.has_value() && !IsBetter(*partition, cost, *best, best_cost)) continue;
      best = std::move(partition);
      best_cost = cost;
    }
    if (best.has_value() && best_cost > kCostFactorMax * FreeCost()) return std::nullopt;
    return best;
  }

 private:
  // Where costs are close, what decides depends on the values alone and not on how columns are
  // written, so that relations over the same things are grouped alike and can be walked side by
  // side: the fewest groups, as long as the bitmap of a group stays small.
  bool IsBetter(const Partition& a, double cost_a, const Partition& b, double cost_b) const {
    if (cost_a > kCloseFactor * cost_b) return false;
    if (cost_b > kCloseFactor * cost_a) return true;
    const bool small_a = CodeBits(a) <= kGroupBitsMax;
    const bool small_b = CodeBits(b) <= kGroupBitsMax;
    if (small_a != small_b) return small_a;
    return small_a ? a.values.span < b.values.span : a.values.span > b.values.span;
  }

  // Of the widest relation, once its chosen column is the key.
  int CodeBits(const Partition& partition) const {
    int most = 0;
    for (const PredicateId id : input_.stratum.predicates) {
      int bits = 0;
      const ColumnRanges& ranges = input_.ranges[Index(id)];
      for (uint32_t c = 0; c < ranges.size(); ++c) {
        if (c != partition.columns[Index(id)])
          bits += static_cast<int>(std::bit_width(ranges[c].span));
      }
      most = std::max(most, bits);
    }
    return most;
  }

  bool IsOwn(PredicateId id) const { return input_.relations[Index(id)] == nullptr; }

  // The columns of all predicates that follow from choosing `column` for `first`; nothing if they
  // contradict each other.
  std::optional<Partition> Extend(PredicateId first, uint32_t column) const {
    Partition partition;
    partition.columns.assign(program_.predicates.size(), kNoColumn);
    partition.columns[Index(first)] = column;
    for (bool changed = true; changed;) {
      changed = false;
      for (size_t i = 0; i < bodies_.size(); ++i) {
        if (!ExtendByRule(i, &partition.columns, &changed)) return std::nullopt;
      }
    }
    for (const PredicateId id : input_.stratum.predicates) {
      uint32_t& chosen = partition.columns[Index(id)];
      if (chosen == kNoColumn) chosen = 0;
      partition.values = Union(partition.values, input_.ranges[Index(id)][chosen]);
    }
    return partition;
  }

  // Demands that each recursive atom of a rule holds the head's variable in its chosen column.
  bool ExtendByRule(size_t index, std::vector<uint32_t>* columns, bool* changed) const {
    const Atom& head = program_.rules[input_.stratum.rules[index]].head;
    const uint32_t head_column = (*columns)[Index(head.predicate)];
    for (const Literal& literal : bodies_[index].literals) {
      if (literal.kind != Literal::Kind::kAtom || !IsOwn(literal.atom.predicate)) continue;
      uint32_t& atom_column = (*columns)[Index(literal.atom.predicate)];
      if (head_column == kNoColumn && atom_column == kNoColumn) continue;
      if (head_column == kNoColumn) {
        const uint32_t found = Position(head, literal.atom.arguments[atom_column]);
        if (found == kNoColumn) return false;
        (*columns)[Index(head.predicate)] = found;
        *changed = true;
        return true;
      }
      const Term& carried = head.arguments[head_column];
      if (carried.kind != Term::Kind::kVariable) return false;
      if (atom_column == kNoColumn) {
        atom_column = Position(literal.atom, carried);
        if (atom_column == kNoColumn) return false;
        *changed = true;
      }
      if (!IsVariable(literal.atom.arguments[atom_column], carried.variable)) return false;
    }
    return true;
  }

  static bool IsVariable(const Term& term, uint32_t variable) {
    return term.kind == Term::Kind::kVariable && term.variable == variable;
  }

  static uint32_t Position(const Atom& atom, const Term& wanted) {
    if (wanted.kind != Term::Kind::kVariable) return kNoColumn;
    for (uint32_t c = 0; c < atom.arguments.size(); ++c) {
      if (IsVariable(atom.arguments[c], wanted.variable)) return c;
    }
    return kNoColumn;
  }

  bool IsRecursive(const Body& body) const {
    return std::any_of(body.literals.begin(), body.literals.end(), [&](const Literal& literal) {
      return literal.kind == Literal::Kind::kAtom && IsOwn(literal.atom.predicate);
    });
  }

  OrderRequest RequestFor(const Body& body) const {
    OrderRequest request;
    request.body = &body;
    request.costs = true;
    for (const Literal& literal : body.literals) {
      request.statistics.emplace_back();
      if (literal.kind != Literal::Kind::kAtom) continue;
      const Relation* relation = input_.relations[Index(literal.atom.predicate)].get();
      request.statistics.back() = AtomStatistics(relation);
    }
    return request;
  }

  // Chooses the cheapest driver of each rule without recursive atoms; returns the cost of all of
  // them.
  double ChooseDrivers(Partition* partition) const {
    partition->drivers.resize(program_.rules.size());
    double total = 0;
    for (size_t i = 0; i < bodies_.size(); ++i) {
      if (IsRecursive(bodies_[i])) continue;
      const uint32_t rule = input_.stratum.rules[i];
      const Atom& head = program_.rules[rule].head;
      OrderRequest request = RequestFor(bodies_[i]);
      const Term& carried = head.arguments[partition->columns[Index(head.predicate)]];
      double least = -1;
      for (uint32_t l = 0; l < bodies_[i].literals.size(); ++l) {
        const Literal& literal = bodies_[i].literals[l];
        const uint32_t column =
            literal.kind == Literal::Kind::kAtom ? Position(literal.atom, carried) : kNoColumn;
        if (column == kNoColumn) continue;
        request.first = l;
        request.scan_first = true;
        const OrderPlan plan = OrderLiterals(request);
        const Relation& relation = *input_.relations[Index(literal.atom.predicate)];
        const bool stands = relation.primary().order()[0] == column;
        const double cost =
            plan.cost + (stands ? 0 : kOrderCost * static_cast<double>(relation.size()));
        if (least >= 0 && cost >= least) continue;
        least = cost;
        partition->drivers[rule] = Driver{l, column};
      }
      request.first.reset();
      request.scan_first = false;
      const OrderPlan free = OrderLiterals(request);
      partition->rows += free.rows;
      // Without a driver the rule runs once, and what it derives has to be sorted.
      total += least >= 0 ? least : free.cost * kCostFactorMax;
    }
    return total;
  }

  // The cost of the same rules without a partition.
  double FreeCost() const {
    double total = 0;
    for (const Body& body : bodies_) {
      if (!IsRecursive(body)) total += OrderLiterals(RequestFor(body)).cost;
    }
    return total;
  }

  const PartitionInput& input_;
  const Program& program_;
  std::vector<Body> bodies_;  // as in stratum.rules
};

}  // namespace

std::optional<Partition> FindPartition(const PartitionInput& input) {
  return PartitionSearch(input).Run();
}

}  // namespace cartograph::rules
