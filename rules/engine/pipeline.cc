#include "rules/engine/pipeline.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "rules/engine/aggregate.h"
#include "rules/engine/filters.h"
#include "rules/engine/growing_join.h"
#include "rules/engine/join_order.h"
#include "rules/engine/table_join.h"

namespace cartograph::rules {
namespace {

// A predicate without columns is stored as one column whose only value is 0.
std::vector<Term> StoredArguments(const Atom& atom) {
  return atom.arguments.empty() ? std::vector<Term>(1) : atom.arguments;
}

AtomStatistics StatisticsOf(const AtomSource& source) {
  return source.growing == nullptr ? AtomStatistics(source.relation)
                                   : StatisticsOf(*source.growing, source.delta);
}

class Builder {
 public:
  explicit Builder(const PipelineRequest& request)
      : request_(request),
        literals_(request.body->literals),
        slots_(request.body->variable_kinds.size() + request.extra_slots),
        bound_(slots_) {}

  std::unique_ptr<Pipeline> Build(std::unique_ptr<Operator> sink) {
    sources_.resize(literals_.size());
    OrderRequest order;
    order.body = request_.body;
    order.first = request_.first;
    order.scan_first = request_.scan_column.has_value();
    order.statistics.resize(literals_.size());
    for (uint32_t i = 0; i < literals_.size(); ++i) {
      const Literal& literal = literals_[i];
      if (literal.kind != Literal::Kind::kAtom && literal.kind != Literal::Kind::kNegation)
        continue;
      sources_[i] = request_.source_of(literal.atom, i);
      if (literal.kind == Literal::Kind::kAtom) {
        order.statistics[i] = StatisticsOf(sources_[i]);
      }
    }
    for (const Slot slot : request_.bound) {
      bound_[slot] = true;
      if (slot < request_.body->variable_kinds.size()) order.bound.push_back(slot);
    }
    order_ = OrderLiterals(order).order;
    FindNeeded();
    FindLive();
    auto input = std::make_unique<Batch>(slots_, live_[0]);
    for (size_t at = 0; at < order_.size(); ++at) Add(at);
    operators_.push_back(std::move(sink));
    return std::make_unique<Pipeline>(std::move(operators_), std::move(input), driver_);
  }

 private:
  // needed_[at]: slots read by the literals at order_[at] and after, or by the sink.
  void FindNeeded() {
    needed_.assign(order_.size() + 1, std::vector<bool>(slots_));
    for (const Slot slot : request_.needed) needed_.back()[slot] = true;
    for (size_t at = order_.size(); at-- > 0;) {
      needed_[at] = needed_[at + 1];
      for (const uint32_t v : VariablesOf(literals_[order_[at]])) needed_[at][v] = true;
    }
  }

  // live_[at]: the columns of the batch that arrives at order_[at]. A batch made by a join also has
  // room for what the filters after it bind.
  void FindLive() {
    std::vector<bool> bound = bound_;
    std::vector<bool> arriving = bound_;
    live_.resize(order_.size() + 1);
    std::vector<size_t> open;  // places whose batch is the current one
    const auto close = [&] {
      for (const size_t at : open) {
        for (Slot slot = 0; slot < slots_; ++slot) {
          if (arriving[slot]) live_[at].push_back(slot);
        }
      }
      open.clear();
    };
    open.push_back(0);
    for (size_t at = 0; at < order_.size(); ++at) {
      const bool joins = Joins(at, bound);
      for (const uint32_t v : VariablesOf(literals_[order_[at]])) {
        if (!joins && !bound[v] && needed_[at + 1][v]) arriving[v] = true;
        bound[v] = true;
      }
      if (joins) {
        close();
        for (Slot slot = 0; slot < slots_; ++slot)
          arriving[slot] = bound[slot] && NeededAfterJoin(at, slot);
      }
      open.push_back(at + 1);
    }
    close();
  }

  // A join compares repeated variables in the batch it makes.
  bool NeededAfterJoin(size_t at, Slot slot) const {
    if (needed_[at + 1][slot]) return true;
    const Literal& literal = literals_[order_[at]];
    if (literal.kind == Literal::Kind::kRange) return slot == literal.result;
    if (literal.kind != Literal::Kind::kAtom || !needed_[at][slot]) return false;
    const std::vector<uint32_t> variables = VariablesOf(literal);
    if (std::count(variables.begin(), variables.end(), slot) > 1) return true;
    return std::count(variables.begin(), variables.end(), slot) == 1 && HasTail(at);
  }

  // Whether some order of the relation at `at` may be too wide to be searched by all columns.
  bool HasTail(size_t at) const {
    const AtomSource& source = sources_[order_[at]];
    if (source.relation == nullptr) return false;
    int total = 0;
    int least = 32;
    for (const ColumnRange& range : source.relation->primary().layout().ranges()) {
      const int bits = static_cast<int>(std::bit_width(range.span));
      total += bits;
      least = std::min(least, bits);
    }
    return total - least > 64;
  }

  // Whether the literal at `at` makes a new batch, given what is bound before it.
  bool Joins(size_t at, const std::vector<bool>& bound) const {
    const Literal& literal = literals_[order_[at]];
    if (literal.kind == Literal::Kind::kRange) return true;
    if (literal.kind != Literal::Kind::kAtom) return false;
    if (sources_[order_[at]].delta || (at == 0 && request_.scan_column.has_value())) return true;
    for (const Term& argument : StoredArguments(literal.atom)) {
      if (argument.kind != Term::Kind::kVariable || bound[argument.variable]) continue;
      const std::vector<uint32_t> variables = VariablesOf(literal);
      const bool repeated = std::count(variables.begin(), variables.end(), argument.variable) > 1;
      if (request_.all_bindings || repeated || needed_[at + 1][argument.variable]) return true;
    }
    return false;
  }

  void Push(std::unique_ptr<Operator> op) { operators_.push_back(std::move(op)); }

  void Add(size_t at) {
    const Literal& literal = literals_[order_[at]];
    switch (literal.kind) {
      case Literal::Kind::kAtom:
      case Literal::Kind::kNegation:
        AddAtom(at, literal);
        break;
      case Literal::Kind::kConstraint:
        AddConstraint(at, literal);
        break;
      case Literal::Kind::kAggregate:
        AddAggregate(at, *literal.aggregate);
        break;
      case Literal::Kind::kRange:
        AddRange(at, literal);
        break;
    }
    for (const uint32_t v : VariablesOf(literal)) bound_[v] = true;
  }

  JoinShape ShapeAt(size_t at) const {
    JoinShape shape;
    shape.slots = slots_;
    shape.live_out = live_[at + 1];
    for (const Slot slot : live_[at]) {
      if (bound_[slot]) shape.live_in.push_back(slot);
    }
    return shape;
  }

  bool IsKnown(const Term& term) const {
    return term.kind == Term::Kind::kConstant ||
           (term.kind == Term::Kind::kVariable && bound_[term.variable]);
  }
  static Operand OperandOf(const Term& term) {
    return term.kind == Term::Kind::kConstant ? Operand::Constant(term.constant.bits())
                                              : Operand::OfSlot(term.variable);
  }

  // Adds to `shape` what a join reads of column `column`, which stands at `position`.
  void AddColumn(const Term& term, uint32_t position, std::vector<bool>* seen,
                 JoinShape* shape) const {
    if (IsKnown(term) || (term.kind == Term::Kind::kVariable && (*seen)[term.variable])) {
      shape->checks.push_back({position, OperandOf(term)});
      return;
    }
    if (term.kind != Term::Kind::kVariable) return;
    (*seen)[term.variable] = true;
    if (std::count(shape->live_out.begin(), shape->live_out.end(), term.variable) != 0) {
      shape->outputs.push_back({position, term.variable});
    }
  }

  void AddAtom(size_t at, const Literal& literal) {
    const AtomSource& source = sources_[order_[at]];
    const std::vector<Term> arguments = StoredArguments(literal.atom);
    std::vector<uint32_t> known;
    for (uint32_t c = 0; c < arguments.size(); ++c) {
      if (IsKnown(arguments[c])) known.push_back(c);
    }
    if (at == 0 && request_.scan_column.has_value()) {
      AddDriver(at, arguments);
    } else if (source.delta) {
      AddDelta(at, arguments);
    } else if (source.growing != nullptr) {
      AddGrowing(at, arguments, known);
    } else {
      AddTable(at, literal, arguments, known);
    }
  }

  void AddDelta(size_t at, const std::vector<Term>& arguments) {
    const AtomSource& source = sources_[order_[at]];
    JoinShape shape = ShapeAt(at);
    std::vector<bool> seen(slots_);
    for (uint32_t i = 0; i < arguments.size(); ++i) {
      AddColumn(arguments[source.growing->order()[i]], i, &seen, &shape);
    }
    Push(std::make_unique<DeltaScan>(source.growing, std::move(shape), request_.context));
  }

  // The scan that a window restricts. Constants are compared row by row: the order serves the
  // window.
  void AddDriver(size_t at, const std::vector<Term>& arguments) {
    const AtomSource& source = sources_[order_[at]];
    const Table& found = source.relation->OrderFrom(*request_.scan_column);
    const Table& table = source.keep == nullptr ? found : *source.keep(found);
    JoinShape shape = ShapeAt(at);
    std::vector<bool> seen(slots_);
    for (uint32_t i = 0; i < arguments.size(); ++i)
      AddColumn(arguments[table.order()[i]], i, &seen, &shape);
    auto scan = std::make_unique<TableScan>(&table, std::move(shape), request_.context);
    driver_ = scan.get();
    Push(std::move(scan));
  }

  void AddGrowing(size_t at, const std::vector<Term>& arguments,
                  const std::vector<uint32_t>& known) {
    GrowingRelation* growing = sources_[order_[at]].growing;
    std::vector<uint32_t> positions;
    std::vector<Operand> operands;
    JoinShape shape = ShapeAt(at);
    std::vector<bool> seen(slots_);
    for (uint32_t i = 0; i < arguments.size(); ++i) {
      const uint32_t column = growing->order()[i];
      if (std::binary_search(known.begin(), known.end(), column)) {
        positions.push_back(i);
        operands.push_back(OperandOf(arguments[column]));
      } else {
        AddColumn(arguments[column], i, &seen, &shape);
      }
    }
    const GrowingIndex& index = growing->IndexOn(positions);
    if (Joins(at, bound_)) {
      Push(std::make_unique<GrowingJoin>(growing, &index, std::move(operands), std::move(shape),
                                         request_.context));
    } else {
      Push(std::make_unique<GrowingFilter>(&index, std::move(operands)));
    }
  }

  void AddTable(size_t at, const Literal& literal, const std::vector<Term>& arguments,
                const std::vector<uint32_t>& known) {
    const AtomSource& source = sources_[order_[at]];
    const Relation& relation = *source.relation;
    const Table& found = known.empty() ? relation.primary() : relation.OrderFor(known);
    const Table& table = source.keep == nullptr ? found : *source.keep(found);
    const size_t searched = std::min<size_t>(known.size(), table.layout().tail_begin());
    TableKey key;
    key.whole = known.size() == arguments.size();
    JoinShape shape = ShapeAt(at);
    std::vector<bool> seen(slots_);
    for (uint32_t i = 0; i < arguments.size(); ++i) {
      const Term& argument = arguments[table.order()[i]];
      if (i < searched || key.whole) {
        key.operands.push_back(OperandOf(argument));
      } else {
        AddColumn(argument, i, &seen, &shape);
      }
    }
    const bool negated = literal.kind == Literal::Kind::kNegation;
    if (negated || !Joins(at, bound_)) {
      Push(std::make_unique<TableFilter>(&table, std::move(key), std::move(shape.checks), negated));
    } else if (known.empty()) {
      Push(std::make_unique<TableScan>(&table, std::move(shape), request_.context));
    } else {
      Push(std::make_unique<TableJoin>(&table, std::move(key), std::move(shape), request_.context));
    }
  }

  void AddConstraint(size_t at, const Literal& literal) {
    const bool equality = literal.comparison == Comparison::kEqual;
    if (equality && AddBinding(at, literal.left, literal.right)) return;
    if (equality && AddBinding(at, literal.right, literal.left)) return;
    if (literal.comparison == Comparison::kTrue) return;
    Term one;
    one.constant = Value(1);
    const bool never = literal.comparison == Comparison::kFalse;
    Push(std::make_unique<CompareFilter>(never ? Comparison::kNotEqual : literal.comparison,
                                         never ? one : literal.left, never ? one : literal.right,
                                         request_.context));
  }

  // Binds what is unbound in `target` from `source`; false if there is nothing to bind or `source`
  // is not known.
  bool AddBinding(size_t at, const Term& target, const Term& source) {
    std::vector<uint32_t> variables;
    CollectVariables(source, &variables);
    if (!std::all_of(variables.begin(), variables.end(), [&](uint32_t v) { return bound_[v]; }))
      return false;
    if (target.kind == Term::Kind::kVariable) {
      if (bound_[target.variable]) return false;
      if (needed_[at + 1][target.variable]) {
        Push(std::make_unique<Assignment>(target.variable, source, request_.context));
      }
      return true;
    }
    if (target.kind != Term::Kind::kRecord || source.kind != Term::Kind::kVariable) return false;
    std::vector<Unpack::Field> fields;
    std::vector<bool> seen(slots_);
    for (const Term& field : target.arguments) {
      if (IsKnown(field) || seen[field.variable]) {
        fields.push_back({std::nullopt, OperandOf(field)});
        continue;
      }
      seen[field.variable] = true;
      const bool wanted = std::count(live_[at].begin(), live_[at].end(), field.variable) != 0;
      fields.push_back({wanted ? std::optional<Slot>(field.variable) : std::nullopt, std::nullopt});
    }
    Push(std::make_unique<Unpack>(source.variable, std::move(fields), request_.context));
    return true;
  }

  void AddRange(size_t at, const Literal& literal) {
    JoinShape shape = ShapeAt(at);
    Term result;
    result.kind = Term::Kind::kVariable;
    result.variable = literal.result;
    std::vector<bool> seen(slots_);
    AddColumn(result, 0, &seen, &shape);
    const ValueKind kind = request_.body->variable_kinds[literal.result];
    Push(std::make_unique<RangeJoin>(literal, kind, std::move(shape), request_.context));
  }

  void AddAggregate(size_t at, const Aggregate& aggregate) {
    const Body body = Normalize(aggregate.body, request_.body->variable_kinds);
    const auto group_slot = static_cast<Slot>(body.variable_kinds.size());
    auto sink = std::make_unique<Accumulators>(aggregate, group_slot, request_.context);
    Accumulators* accumulators = sink.get();
    PipelineRequest inner;
    inner.body = &body;
    inner.source_of = [this, literal = order_[at]](const Atom& atom, uint32_t) {
      return request_.source_of(atom, literal);
    };
    inner.bound = aggregate.outer;
    inner.bound.push_back(group_slot);
    if (aggregate.target.has_value()) CollectVariables(*aggregate.target, &inner.needed);
    inner.needed.push_back(group_slot);
    inner.all_bindings = true;
    inner.extra_slots = 1;
    inner.context = request_.context;
    std::optional<Slot> result;
    const bool is_bound = bound_[aggregate.result];
    if (is_bound || needed_[at + 1][aggregate.result]) result = aggregate.result;
    Push(std::make_unique<AggregateStep>(aggregate, BuildPipeline(inner, std::move(sink)),
                                         accumulators, result, is_bound));
  }

  const PipelineRequest& request_;
  const std::vector<Literal>& literals_;
  const size_t slots_;
  std::vector<bool> bound_;
  std::vector<AtomSource> sources_;  // by literal
  std::vector<uint32_t> order_;
  std::vector<std::vector<bool>> needed_;
  std::vector<std::vector<Slot>> live_;
  std::vector<std::unique_ptr<Operator>> operators_;
  TableScan* driver_ = nullptr;
};

}  // namespace

Pipeline::Pipeline(std::vector<std::unique_ptr<Operator>> operators, std::unique_ptr<Batch> input,
                   TableScan* driver)
    : operators_(std::move(operators)), input_(std::move(input)), driver_(driver) {
  for (size_t i = 0; i + 1 < operators_.size(); ++i)
    operators_[i]->set_next(operators_[i + 1].get());
}

absl::Status Pipeline::Run() {
  if (input_->rows > 0) RETURN_IF_ERROR(operators_.front()->Push(input_.get()));
  return operators_.front()->Flush();
}

void Pipeline::Restart() {
  for (const auto& op : operators_) op->Restart();
}

std::unique_ptr<Pipeline> BuildPipeline(const PipelineRequest& request,
                                        std::unique_ptr<Operator> sink) {
  return Builder(request).Build(std::move(sink));
}

}  // namespace cartograph::rules
