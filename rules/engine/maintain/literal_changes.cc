#include "rules/engine/maintain/literal_changes.h"

#include <algorithm>

#include "rules/engine/tuple_map.h"

namespace cartograph::rules {
namespace {

using Kind = Literal::Kind;

void AddOnce(uint32_t variable, std::vector<Slot>* variables) {
  if (std::find(variables->begin(), variables->end(), variable) == variables->end())
    variables->push_back(variable);
}

std::vector<Slot> DistinctVariables(const Literal& literal) {
  std::vector<Slot> variables;
  for (const uint32_t v : VariablesOf(literal)) AddOnce(v, &variables);
  return variables;
}

bool HasWildcard(const Atom& atom) {
  return std::any_of(atom.arguments.begin(), atom.arguments.end(),
                     [](const Term& term) { return term.kind == Term::Kind::kWildcard; });
}

std::vector<Literal> Without(const std::vector<Literal>& literals, size_t index) {
  std::vector<Literal> others = literals;
  others.erase(others.begin() + static_cast<ptrdiff_t>(index));
  return others;
}

std::vector<Term> VariableTerms(const std::vector<Slot>& variables) {
  std::vector<Term> terms;
  for (const Slot slot : variables) terms.push_back(VariableTerm(slot));
  return terms;
}

}  // namespace

// A literal of an aggregate's body, and the groups that a binding of it belongs to.
struct LiteralChanges::Inner {
  LiteralChanges changes;
  BodyQuery groups_in_old;
  BodyQuery groups_in_new;
  RowChanges found;
};

LiteralChanges::LiteralChanges(const Literal& literal, std::vector<ValueKind> variable_kinds,
                               std::string where)
    : literal_(literal),
      kinds_(std::move(variable_kinds)),
      where_(std::move(where)),
      variables_(DistinctVariables(literal)) {
  if (literal.kind == Kind::kNegation && HasWildcard(literal.atom)) MakeNegation();
  if (literal.kind == Kind::kAggregate) MakeAggregate();
}

LiteralChanges::~LiteralChanges() = default;

bool LiteralChanges::CanFollow(const Literal& literal) {
  if (literal.kind != Kind::kAggregate) return true;
  const Aggregate& aggregate = *literal.aggregate;
  for (size_t i = 0; i < aggregate.body.size(); ++i) {
    const Literal& inner = aggregate.body[i];
    if (inner.kind == Kind::kConstraint || inner.kind == Kind::kRange) continue;
    if (!CanFollow(inner)) return false;
    const std::vector<Slot> given = DistinctVariables(inner);
    if (!IsAnswerable(Without(aggregate.body, i), given, aggregate.outer)) return false;
  }
  return true;
}

void LiteralChanges::CollectPredicates(const Literal& literal,
                                       std::vector<PredicateId>* predicates) {
  if (literal.kind == Kind::kAtom || literal.kind == Kind::kNegation)
    predicates->push_back(literal.atom.predicate);
  if (literal.kind != Kind::kAggregate) return;
  for (const Literal& inner : literal.aggregate->body) CollectPredicates(inner, predicates);
}

void LiteralChanges::MakeNegation() {
  BodyQuery::Question question;
  question.variable_kinds = kinds_;
  question.given = variables_;
  question.wanted = VariableTerms(variables_);
  question.where = where_;
  Literal atom = literal_;
  atom.kind = Kind::kAtom;
  for (Term& argument : atom.atom.arguments) {
    if (argument.kind != Term::Kind::kWildcard) continue;
    const ValueKind kind = argument.value_kind;
    argument = VariableTerm(static_cast<uint32_t>(question.variable_kinds.size()));
    argument.value_kind = kind;
    question.variable_kinds.push_back(kind);
  }
  question.literals = {atom};
  question.versions = {Version::kOld};
  in_old_ = std::make_unique<BodyQuery>(question);
  question.versions = {Version::kNew};
  in_new_ = std::make_unique<BodyQuery>(std::move(question));
}

void LiteralChanges::MakeAggregate() {
  const Aggregate& aggregate = *literal_.aggregate;
  BodyQuery::Question question;
  question.variable_kinds = kinds_;
  question.given = aggregate.outer;
  question.wanted = VariableTerms(variables_);
  question.where = where_;
  question.literals = {literal_};
  question.versions = {Version::kOld};
  in_old_ = std::make_unique<BodyQuery>(question);
  question.versions = {Version::kNew};
  in_new_ = std::make_unique<BodyQuery>(question);
  question.wanted = VariableTerms(aggregate.outer);
  for (size_t i = 0; i < aggregate.body.size(); ++i) {
    const Literal& inner = aggregate.body[i];
    if (inner.kind == Kind::kConstraint || inner.kind == Kind::kRange) continue;
    question.given = DistinctVariables(inner);
    question.literals = Without(aggregate.body, i);
    BodyQuery::Question old = question;
    old.versions.assign(question.literals.size(), Version::kOld);
    question.versions.assign(question.literals.size(), Version::kNew);
    inner_.push_back(std::unique_ptr<Inner>(new Inner{LiteralChanges(inner, kinds_, where_),
                                                      BodyQuery(std::move(old)),
                                                      BodyQuery(question), RowChanges()}));
  }
}

void LiteralChanges::Match(const RowList& facts, RowList* bindings) const {
  const std::vector<Term>& arguments = literal_.atom.arguments;
  std::vector<uint32_t> values(variables_.size());
  std::vector<bool> seen(variables_.size());
  for (size_t i = 0; i < facts.rows; ++i) {
    const uint32_t* row = facts.row(i);
    bool matches = true;
    seen.assign(seen.size(), false);
    for (size_t c = 0; c < arguments.size() && matches; ++c) {
      if (arguments[c].kind == Term::Kind::kConstant)
        matches = arguments[c].constant.bits() == row[c];
      if (arguments[c].kind != Term::Kind::kVariable) continue;
      const auto at = static_cast<size_t>(
          std::find(variables_.begin(), variables_.end(), arguments[c].variable) -
          variables_.begin());
      matches = !seen[at] || values[at] == row[c];
      seen[at] = true;
      values[at] = row[c];
    }
    if (matches) bindings->Add(values.data());
  }
}

absl::Status LiteralChanges::Find(const UpdateContext& context,
                                  const std::vector<RowChanges>& facts, RowChanges* changes) {
  *changes = RowChanges(variables_.size());
  switch (literal_.kind) {
    case Kind::kAtom:
      Match(facts[Index(literal_.atom.predicate)].removed, &changes->removed);
      Match(facts[Index(literal_.atom.predicate)].added, &changes->added);
      return absl::OkStatus();
    case Kind::kNegation:
      return FindNegation(context, facts[Index(literal_.atom.predicate)], changes);
    case Kind::kAggregate:
      return FindAggregate(context, facts, changes);
    default:
      return absl::OkStatus();
  }
}

absl::Status LiteralChanges::FindNegation(const UpdateContext& context, const RowChanges& facts,
                                          RowChanges* changes) {
  if (in_old_ == nullptr) {
    Match(facts.removed, &changes->added);
    Match(facts.added, &changes->removed);
    return absl::OkStatus();
  }
  RowList touched(variables_.size());
  Match(facts.removed, &touched);
  Match(facts.added, &touched);
  RETURN_IF_ERROR(Compare(context, touched, changes));
  std::swap(changes->removed, changes->added);
  return absl::OkStatus();
}

absl::Status LiteralChanges::FindAggregate(const UpdateContext& context,
                                           const std::vector<RowChanges>& facts,
                                           RowChanges* changes) {
  TupleMap groups(literal_.aggregate->outer.size());
  const auto add = [&](const RowList& answers) {
    for (size_t i = 0; i < answers.rows; ++i) groups.FindOrAdd(answers.row(i));
    return absl::OkStatus();
  };
  for (const auto& inner : inner_) {
    RETURN_IF_ERROR(inner->changes.Find(context, facts, &inner->found));
    RETURN_IF_ERROR(inner->groups_in_old.Run(context, inner->found.removed, add));
    RETURN_IF_ERROR(inner->groups_in_new.Run(context, inner->found.added, add));
  }
  RowList touched(groups.width());
  for (uint32_t group = 0; group < groups.size(); ++group) touched.Add(groups.tuple(group));
  return Compare(context, touched, changes);
}

absl::Status LiteralChanges::Compare(const UpdateContext& context, const RowList& rows,
                                     RowChanges* changes) {
  TupleMap old_rows(variables_.size());
  TupleMap new_rows(variables_.size());
  const auto take_into = [](TupleMap* map) {
    return [map](const RowList& answers) {
      for (size_t i = 0; i < answers.rows; ++i) map->FindOrAdd(answers.row(i));
      return absl::OkStatus();
    };
  };
  RETURN_IF_ERROR(in_old_->Run(context, rows, take_into(&old_rows)));
  RETURN_IF_ERROR(in_new_->Run(context, rows, take_into(&new_rows)));
  for (uint32_t i = 0; i < old_rows.size(); ++i) {
    if (new_rows.Find(old_rows.tuple(i)) == TupleMap::kNone)
      changes->removed.Add(old_rows.tuple(i));
  }
  for (uint32_t i = 0; i < new_rows.size(); ++i) {
    if (old_rows.Find(new_rows.tuple(i)) == TupleMap::kNone) changes->added.Add(new_rows.tuple(i));
  }
  return absl::OkStatus();
}

}  // namespace cartograph::rules
