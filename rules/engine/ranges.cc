#include "rules/engine/ranges.h"

#include <algorithm>
#include <optional>

namespace cartograph::rules {
namespace {

// A fixpoint that has not come to rest by then has a column that creeps; such columns are given all
// values.
constexpr int kRoundsMax = 16;

class RangeSearch {
 public:
  RangeSearch(const Program& program, const Stratum& stratum,
              const std::vector<std::shared_ptr<const Relation>>& relations)
      : program_(program),
        stratum_(stratum),
        relations_(relations),
        ranges_(program.predicates.size()) {}

  std::vector<ColumnRanges> Run(const std::vector<std::shared_ptr<const Relation>>& given) {
    for (const PredicateId id : stratum_.predicates) {
      ranges_[Index(id)].resize(std::max(1U, program_.predicate(id).arity()));
      if (given[Index(id)] != nullptr) ranges_[Index(id)] = RangesOf(*given[Index(id)]);
    }
    bool changed = true;
    for (int round = 0; changed; ++round) {
      changed = false;
      for (const uint32_t rule : stratum_.rules)
        changed |= Apply(program_.rules[rule], round >= kRoundsMax);
    }
    // An equivalence holds both columns' values in both.
    for (const PredicateId id : stratum_.predicates) {
      if (!program_.predicate(id).eqrel) continue;
      ColumnRanges& ranges = ranges_[Index(id)];
      ranges[0] = ranges[1] = Union(ranges[0], ranges[1]);
    }
    return std::move(ranges_);
  }

 private:
  bool Apply(const Rule& rule, bool widen) {
    ColumnRanges& head = ranges_[Index(rule.head.predicate)];
    if (rule.head.arguments.empty()) {
      const bool was_empty = head[0].empty;
      head[0] = ColumnRange::Of(0);
      return was_empty;
    }
    const VariableRange variables = VariableRanges(rule);
    bool changed = false;
    for (size_t c = 0; c < head.size(); ++c) {
      const ColumnRange wider = Union(head[c], RangeOf(rule.head.arguments[c], variables));
      if (wider == head[c]) continue;
      head[c] = widen ? ColumnRange::Full() : wider;
      changed = true;
    }
    return changed;
  }

  using VariableRange = std::vector<std::optional<ColumnRange>>;

  // By variable: the narrowest range among the positive atoms it stands in; of the result of min
  // and max, what the target can be.
  VariableRange VariableRanges(const Rule& rule) const {
    VariableRange variables(rule.variable_kinds.size());
    NarrowByAtoms(rule.body, &variables);
    for (const Literal& literal : rule.body) {
      if (literal.kind != Literal::Kind::kAggregate) continue;
      const Aggregate& aggregate = *literal.aggregate;
      if (aggregate.op != AggregateOp::kMin && aggregate.op != AggregateOp::kMax) continue;
      VariableRange inner = variables;
      NarrowByAtoms(aggregate.body, &inner);
      Narrow(RangeOf(*aggregate.target, inner), &variables[aggregate.result]);
    }
    return variables;
  }

  void NarrowByAtoms(const std::vector<Literal>& body, VariableRange* variables) const {
    for (const Literal& literal : body) {
      if (literal.kind != Literal::Kind::kAtom) continue;
      const ColumnRanges columns = AtomRanges(literal.atom.predicate);
      for (size_t c = 0; c < literal.atom.arguments.size(); ++c) {
        const Term& argument = literal.atom.arguments[c];
        if (argument.kind == Term::Kind::kVariable)
          Narrow(columns[c], &(*variables)[argument.variable]);
      }
    }
  }

  static void Narrow(const ColumnRange& range, std::optional<ColumnRange>* known) {
    *known = known->has_value() ? Intersection(**known, range) : range;
  }

  ColumnRanges AtomRanges(PredicateId id) const {
    const ColumnRanges& own = ranges_[Index(id)];
    if (own.empty()) return RangesOf(*relations_[Index(id)]);
    if (!program_.predicate(id).eqrel) return own;
    return {Union(own[0], own[1]), Union(own[0], own[1])};
  }

  static ColumnRange RangeOf(const Term& term, const VariableRange& variables) {
    if (term.kind == Term::Kind::kConstant) return ColumnRange::Of(term.constant.bits());
    if (term.kind != Term::Kind::kVariable) return ColumnRange::Full();
    return variables[term.variable].value_or(ColumnRange::Full());
  }

  const Program& program_;
  const Stratum& stratum_;
  const std::vector<std::shared_ptr<const Relation>>& relations_;
  std::vector<ColumnRanges> ranges_;
};

}  // namespace

ColumnRanges RangesOf(const Relation& relation) {
  const Table& table = relation.primary();
  ColumnRanges ranges(table.layout().columns());
  for (uint32_t i = 0; i < ranges.size(); ++i) ranges[table.order()[i]] = table.layout().range(i);
  return ranges;
}

std::vector<ColumnRanges> FindRanges(const Program& program, const Stratum& stratum,
                                     const std::vector<std::shared_ptr<const Relation>>& relations,
                                     const std::vector<std::shared_ptr<const Relation>>& given) {
  return RangeSearch(program, stratum, relations).Run(given);
}

}  // namespace cartograph::rules
