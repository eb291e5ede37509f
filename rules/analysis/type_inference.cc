#include "rules/analysis/type_inference.h"

#include <algorithm>
#include <utility>

namespace cartograph::rules {
namespace {

constexpr int kPassesMax =
    50;  // decisions settle after two or three; this only bounds a quarrel between them
constexpr ValueKind kNumericKinds[] = {ValueKind::kNumber, ValueKind::kUnsigned, ValueKind::kFloat};

}  // namespace

TypeInference::TypeInference(const Clause& clause, const Schema& schema)
    : clause_(clause), schema_(schema), types_(schema.types) {
  NumberVariables();
  numbers_.resize(clause.terms);
  overloads_.resize(clause.terms, nullptr);
  for (int pass = 0; pass < kPassesMax; ++pass) {
    Solve();
    if (!Decide()) break;
  }
}

std::optional<ValueKind> TypeInference::KindOf(const TermSyntax& term) const {
  if (term.kind == TermSyntax::Kind::kFunctor && overloads_[term.number] != nullptr) {
    return overloads_[term.number]->result;
  }
  const TypeSet& set = TypesOf(term);
  if (!set.known()) return std::nullopt;
  ValueKind kind = types_.KindOf(set.types[0]);
  for (TypeRef type : set.types) {
    if (types_.KindOf(type) != kind) return std::nullopt;
  }
  return kind;
}

std::vector<TypeInference::Demand> TypeInference::DemandsOn(const TermSyntax& term) const {
  return demands_[NodeOf(term)];
}

uint32_t TypeInference::NodeOf(const TermSyntax& term) const {
  return term.kind == TermSyntax::Kind::kVariable ? variables_.at(term.text) : term.number;
}

void TypeInference::NumberVariables() {
  uint32_t next = clause_.terms;
  ForEachTerm(clause_, [&](const TermSyntax& term) {
    if (term.kind == TermSyntax::Kind::kVariable && variables_.emplace(term.text, next).second)
      ++next;
  });
  sets_.resize(next);
}

void TypeInference::Solve() {
  size_t nodes = sets_.size();
  sets_.assign(nodes, TypeSet());
  watches_.assign(nodes, {});
  demands_.assign(nodes, {});
  constraints_.clear();
  Collect();
  Propagate();
}

void TypeInference::Propagate() {
  queue_.clear();
  queued_.assign(constraints_.size(), true);
  for (uint32_t i = 0; i < constraints_.size(); ++i) queue_.push_back(i);
  for (size_t next = 0; next < queue_.size(); ++next) {
    uint32_t constraint = queue_[next];
    queued_[constraint] = false;
    constraints_[constraint].update();
  }
}

bool TypeInference::Update(uint32_t node, TypeSet set) {
  if (sets_[node] == set) return false;
  sets_[node] = std::move(set);
  for (uint32_t constraint : watches_[node]) {
    if (queued_[constraint]) continue;
    queued_[constraint] = true;
    queue_.push_back(constraint);
  }
  return true;
}

void TypeInference::Add(std::vector<const TermSyntax*> terms, std::function<bool()> update) {
  for (const TermSyntax* term : terms) {
    watches_[NodeOf(*term)].push_back(static_cast<uint32_t>(constraints_.size()));
  }
  constraints_.push_back({.update = std::move(update)});
}

void TypeInference::Collect() {
  CollectAtom(clause_.head, !clause_.dominating, !clause_.dominating);
  if (clause_.dominating) CollectAtom(*clause_.dominating, false, false);
  CollectLiterals(clause_.body);
}

// A sink takes values of its column's kind, whatever their subtype; whether the type fits is
// checked afterwards.
void TypeInference::CollectAtom(const AtomSyntax& atom, bool sink, bool head) {
  const Predicate& predicate = schema_.predicate(*schema_.Find(atom.name));
  for (size_t i = 0; i < atom.arguments.size(); ++i) {
    const TermSyntax& argument = atom.arguments[i];
    TypeRef column = types_.RefOf(predicate.columns[i].type);
    bool primitive = predicate.columns[i].kind != ValueKind::kRecord;
    if (sink && types_.IsAlgebraic(column) && argument.kind == TermSyntax::Kind::kVariable) {
      demands_[NodeOf(argument)].push_back({column, argument.span, head});
    } else {
      BelowColumn(argument, sink && primitive ? ConstantType(predicate.columns[i].kind) : column,
                  argument.span, head);
    }
    CollectTerm(argument);
  }
}

void TypeInference::CollectLiterals(const std::vector<BodySyntax>& literals) {
  for (const BodySyntax& literal : literals) {
    if (const AtomSyntax* atom = AtomOf(literal)) {
      CollectAtom(*atom, literal.kind == BodySyntax::Kind::kNegation, false);
    }
    const std::vector<TermSyntax>& sides = literal.constraint.sides;
    if (sides.size() == 2) Same(sides[0], sides[1]);
    for (const TermSyntax& side : sides) CollectTerm(side);
  }
}

void TypeInference::CollectTerm(const TermSyntax& term) {
  switch (term.kind) {
    case TermSyntax::Kind::kString:
      Below(term, ConstantType(ValueKind::kSymbol));
      break;
    case TermSyntax::Kind::kNumber:
      CollectNumber(term);
      break;
    case TermSyntax::Kind::kUnsigned:
      OfKinds(term, {ValueKind::kUnsigned});
      break;
    case TermSyntax::Kind::kFloat:
      OfKinds(term, {ValueKind::kFloat});
      break;
    case TermSyntax::Kind::kRecord:
      for (size_t i = 0; i < term.arguments.size(); ++i) Part(term.arguments[i], term, i);
      break;
    case TermSyntax::Kind::kBranch:
      CollectBranch(term);
      break;
    case TermSyntax::Kind::kCast: {
      TypeRef type = types_.RefOf(*types_.Find(term.text));
      Below(term, type);
      bool constant = term.arguments[0].kind >= TermSyntax::Kind::kString &&
                      term.arguments[0].kind <= TermSyntax::Kind::kRecord;
      if (constant) BelowColumn(term.arguments[0], type, term.span);
      break;
    }
    case TermSyntax::Kind::kFunctor:
      CollectFunctor(term);
      break;
    case TermSyntax::Kind::kAggregate:
      CollectAggregate(term);
      break;
    case TermSyntax::Kind::kVariable:
    case TermSyntax::Kind::kUnnamed:
    case TermSyntax::Kind::kNil:
      break;
  }
  for (const TermSyntax& argument : term.arguments) CollectTerm(argument);
}

void TypeInference::CollectNumber(const TermSyntax& term) {
  if (numbers_[term.number]) {
    OfKinds(term, {*numbers_[term.number]});
  } else {
    OfKinds(term, {std::begin(kNumericKinds), std::end(kNumericKinds)});
  }
}

void TypeInference::CollectFunctor(const TermSyntax& term) {
  const Overload* decided = overloads_[term.number];
  if (decided == nullptr) FitsOverload(term);
  std::vector<const Overload*> all = OverloadsOf(term.text, term.arguments.size());
  if (!all.empty() && all[0]->infix) {
    for (const TermSyntax& argument : term.arguments) SameKind(argument, term);
  } else if (decided != nullptr) {
    Below(term, ConstantType(decided->result));
    for (size_t i = 0; i < term.arguments.size(); ++i) {
      Below(term.arguments[i], ConstantType(decided->parameter(i)));
    }
  }
}

void TypeInference::CollectBranch(const TermSyntax& term) {
  BranchRef branch = *types_.FindBranch(term.text);
  Below(term, types_.RefOf(branch.type));
  const std::vector<TypeId>& fields = types_.type(branch.type).branches[branch.branch].fields;
  for (size_t i = 0; i < fields.size(); ++i) {
    BelowColumn(term.arguments[i], types_.RefOf(fields[i]), term.arguments[i].span);
  }
}

void TypeInference::CollectAggregate(const TermSyntax& term) {
  const AggregateSyntax& aggregate = *term.aggregate;
  switch (aggregate.op) {
    case AggregateSyntax::Op::kCount:
      Below(term, ConstantType(ValueKind::kNumber));
      break;
    case AggregateSyntax::Op::kMean:
      Below(term, ConstantType(ValueKind::kFloat));
      break;
    default:
      OfKinds(term, {std::begin(kNumericKinds), std::end(kNumericKinds)});
  }
  for (const TermSyntax& target : aggregate.target) {
    Same(target, term);
    CollectTerm(target);
  }
  CollectLiterals(aggregate.literals);
}

void TypeInference::BelowColumn(const TermSyntax& term, TypeRef type, SourceSpan span, bool head) {
  demands_[NodeOf(term)].push_back({type, span, head});
  Below(term, type);
}

void TypeInference::Below(const TermSyntax& term, TypeRef type) {
  uint32_t node = NodeOf(term);
  Add({&term}, [this, node, type] { return Update(node, Meet(sets_[node], type)); });
}

void TypeInference::Same(const TermSyntax& a, const TermSyntax& b) {
  uint32_t left = NodeOf(a);
  uint32_t right = NodeOf(b);
  Add({&a, &b}, [this, left, right] {
    bool changed = Update(right, Meet(sets_[right], sets_[left]));
    return Update(left, Meet(sets_[left], sets_[right])) || changed;
  });
}

void TypeInference::OfKinds(const TermSyntax& term, std::vector<ValueKind> kinds) {
  uint32_t node = NodeOf(term);
  Add({&term}, [this, node, kinds = std::move(kinds)] {
    TypeSet narrowed{.all = false};
    if (sets_[node].all) {
      for (ValueKind kind : kinds) narrowed.types.push_back(ConstantType(kind));
    }
    for (TypeRef type : sets_[node].types) {
      if (std::find(kinds.begin(), kinds.end(), types_.KindOf(type)) != kinds.end()) {
        narrowed.types.push_back(type);
      }
    }
    return Update(node, std::move(narrowed));
  });
}

void TypeInference::SameKind(const TermSyntax& a, const TermSyntax& b) {
  uint32_t left = NodeOf(a);
  uint32_t right = NodeOf(b);
  Add({&a, &b}, [this, left, right] { return UpdateSameKind(left, right); });
}

void TypeInference::Part(const TermSyntax& part, const TermSyntax& record, size_t index) {
  uint32_t part_node = NodeOf(part);
  uint32_t record_node = NodeOf(record);
  Add({&part, &record},
      [this, part_node, record_node, index] { return UpdatePart(part_node, record_node, index); });
}

void TypeInference::FitsOverload(const TermSyntax& term) {
  std::vector<const TermSyntax*> terms = {&term};
  std::vector<uint32_t> arguments;
  for (const TermSyntax& argument : term.arguments) {
    terms.push_back(&argument);
    arguments.push_back(NodeOf(argument));
  }
  Add(std::move(terms), [this, &term, arguments] { return UpdateOverload(term, arguments); });
}

TypeSet TypeInference::Meet(const TypeSet& a, TypeRef type) const {
  return Meet(a, TypeSet{.all = false, .types = {type}});
}

TypeSet TypeInference::Meet(const TypeSet& a, const TypeSet& b) const {
  if (a.all) return b;
  if (b.all) return a;
  TypeSet met{.all = false};
  for (TypeRef x : a.types) {
    for (TypeRef y : b.types) {
      for (TypeRef common : types_.CommonSubtypes(x, y)) met.types.push_back(common);
    }
  }
  std::sort(met.types.begin(), met.types.end());
  met.types.erase(std::unique(met.types.begin(), met.types.end()), met.types.end());
  return met;
}

TypeSet TypeInference::OfKind(const TypeSet& set, ValueKind kind) const {
  if (set.all) return set;
  TypeSet of_kind{.all = false};
  for (TypeRef type : set.types) {
    if (types_.KindOf(type) == kind) of_kind.types.push_back(type);
  }
  return of_kind;
}

bool TypeInference::MayBe(uint32_t node, ValueKind kind) const {
  const TypeSet& set = sets_[node];
  return set.all || !OfKind(set, kind).empty();
}

// Both keep the types of the kinds that the other may be; one that may be anything gets the other's
// kinds.
bool TypeInference::UpdateSameKind(uint32_t a, uint32_t b) {
  if (sets_[a].all && sets_[b].all) return false;
  TypeSet left{.all = false};
  TypeSet right{.all = false};
  for (size_t k = 0; k < kPrimitiveTypes; ++k) {
    ValueKind kind = static_cast<ValueKind>(k);
    if (!MayBe(a, kind) || !MayBe(b, kind)) continue;
    auto keep = [&](const TypeSet& from, TypeSet* to) {
      if (from.all) to->types.push_back(ConstantType(kind));
      for (TypeRef type : OfKind(from, kind).types) to->types.push_back(type);
    };
    keep(sets_[a], &left);
    keep(sets_[b], &right);
  }
  std::sort(left.types.begin(), left.types.end());
  std::sort(right.types.begin(), right.types.end());
  bool changed = Update(a, std::move(left));
  return Update(b, std::move(right)) || changed;
}

bool TypeInference::UpdatePart(uint32_t part, uint32_t record, size_t index) {
  if (sets_[record].all) return false;
  TypeSet records{.all = false};
  TypeSet parts{.all = false};
  for (TypeRef type : sets_[record].types) {
    if (!types_.IsRecord(type)) continue;
    const std::vector<TypeId>& fields = types_.type(types_.IdOf(type)).branches[0].fields;
    if (index >= fields.size()) continue;
    records.types.push_back(type);
    parts.types.push_back(types_.RefOf(fields[index]));
  }
  std::sort(parts.types.begin(), parts.types.end());
  bool changed = Update(record, std::move(records));
  return Update(part, Meet(sets_[part], parts)) || changed;
}

std::vector<const Overload*> TypeInference::Fitting(const TermSyntax& term) const {
  std::vector<const Overload*> fitting;
  for (const Overload* overload : OverloadsOf(term.text, term.arguments.size())) {
    bool fits = MayBe(term.number, overload->result);
    for (size_t i = 0; i < term.arguments.size(); ++i) {
      const TermSyntax& argument = term.arguments[i];
      bool functor =
          argument.kind == TermSyntax::Kind::kFunctor && overloads_[argument.number] != nullptr;
      fits = fits && (functor ? overloads_[argument.number]->result == overload->parameter(i)
                              : MayBe(NodeOf(argument), overload->parameter(i)));
    }
    if (fits) fitting.push_back(overload);
  }
  return fitting;
}

// While several overloads fit, nothing is known; the last one that fits narrows arguments and
// result.
bool TypeInference::UpdateOverload(const TermSyntax& term, const std::vector<uint32_t>& arguments) {
  std::vector<const Overload*> fitting = Fitting(term);
  if (fitting.size() > 1) return false;
  if (fitting.empty()) return Update(term.number, TypeSet{.all = false});
  bool changed = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    changed |= Update(arguments[i], OfKind(sets_[arguments[i]], fitting[0]->parameter(i)));
  }
  TypeSet result = sets_[term.number].all
                       ? TypeSet{.all = false, .types = {ConstantType(fitting[0]->result)}}
                       : OfKind(sets_[term.number], fitting[0]->result);
  return Update(term.number, std::move(result)) || changed;
}

bool TypeInference::Decide() {
  bool changed = false;
  ForEachTerm(clause_, [&](const TermSyntax& term) {
    if (term.kind == TermSyntax::Kind::kFunctor) changed |= DecideFunctor(term);
  });
  ForEachTerm(clause_, [&](const TermSyntax& term) {
    if (term.kind == TermSyntax::Kind::kNumber) changed |= DecideNumber(term);
  });
  return changed;
}

bool TypeInference::DecideFunctor(const TermSyntax& term) {
  std::vector<const Overload*> fitting = Fitting(term);
  const Overload* decided = fitting.empty() ? nullptr : fitting[0];
  return std::exchange(overloads_[term.number], decided) != decided;
}

bool TypeInference::DecideNumber(const TermSyntax& term) {
  std::optional<ValueKind> decided;
  for (ValueKind kind : kNumericKinds) {
    if (!decided && !sets_[term.number].empty() && MayBe(term.number, kind)) decided = kind;
  }
  return std::exchange(numbers_[term.number], decided) != decided;
}

}  // namespace cartograph::rules
