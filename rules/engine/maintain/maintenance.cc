#include "rules/engine/maintain/maintenance.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "rules/engine/stratum.h"
#include "rules/engine/tuple_map.h"

namespace cartograph::rules {
namespace {

using Kind = RelationEdits::Kind;

// The values of `fact` as stored.
StoredRow Stored(const Fact& fact) {
  if (fact.values.empty()) return {Value(0)};
  return StoredRow(fact.values.begin(), fact.values.end());
}

void AddRow(const StoredRow& values, RowList* rows) {
  std::vector<uint32_t> bits;
  for (const Value value : values) bits.push_back(value.bits());
  rows->Add(bits.data());
}

// Appends the rows of `from` that `other` lacks.
void AppendMissing(const Relation& from, const Relation& other, RowList* rows) {
  const auto visit = [&](TupleView values) {
    const StoredRow stored =
        values.empty() ? StoredRow{Value(0)} : StoredRow(values.begin(), values.end());
    if (!other.FindNote(stored).has_value()) AddRow(stored, rows);
    return true;
  };
  from.ForEach(visit);
}

void AppendFacts(const Predicate& predicate, PredicateId id, const RowList& rows,
                 std::vector<Fact>* facts) {
  for (size_t i = 0; i < rows.rows; ++i) {
    Fact fact{id, {}};
    for (uint32_t c = 0; c < predicate.arity(); ++c) fact.values.push_back(Value(rows.row(i)[c]));
    facts->push_back(std::move(fact));
  }
}

// Which method the facts of a stratum are followed by; null for evaluation anew.
std::unique_ptr<StratumUpdate> MethodFor(const Program& program, size_t index) {
  const Stratum& stratum = program.strata[index];
  const bool follows = stratum.subsumptions.empty() &&
                       std::none_of(stratum.predicates.begin(), stratum.predicates.end(),
                                    [&](PredicateId id) { return program.predicate(id).eqrel; }) &&
                       std::all_of(stratum.rules.begin(), stratum.rules.end(), [&](uint32_t rule) {
                         return RuleChanges::CanFollow(program.rules[rule]);
                       });
  if (!follows) return nullptr;
  return stratum.recursive ? MakeRecursiveStratum(program, index)
                           : MakeCountedStratum(program, index);
}

std::vector<PredicateId> InputsOf(const Program& program, const Stratum& stratum) {
  std::vector<PredicateId> inputs = stratum.predicates;
  const auto add = [&](const std::vector<Literal>& body) {
    for (const Literal& literal : body) LiteralChanges::CollectPredicates(literal, &inputs);
  };
  for (const uint32_t rule : stratum.rules) add(program.rules[rule].body);
  for (const uint32_t s : stratum.subsumptions) add(program.subsumptions[s].body);
  return inputs;
}

}  // namespace

Maintenance::Maintenance(std::shared_ptr<const Program> program)
    : program_(std::move(program)), versions_(program_->predicates.size()) {
  for (size_t i = 0; i < program_->strata.size(); ++i) {
    const Stratum& stratum = program_->strata[i];
    StratumPlan plan;
    plan.given = std::none_of(stratum.predicates.begin(), stratum.predicates.end(),
                              [&](PredicateId id) { return IsDerived(*program_, stratum, id); });
    if (!plan.given) plan.update = MethodFor(*program_, i);
    plan.inputs = InputsOf(*program_, stratum);
    plans_.push_back(std::move(plan));
  }
}

Maintenance::~Maintenance() = default;

absl::StatusOr<std::shared_ptr<const Model>> Maintenance::Update(const Model& model,
                                                                 const Delta& base_delta,
                                                                 base::Budget* budget,
                                                                 Delta* delta) {
  versions_.Begin(model);
  UpdateState state;
  state.context = {program_.get(), program_->interning.get(), &versions_, budget, 0};
  for (const Predicate& predicate : program_->predicates) {
    state.facts.emplace_back(StoredColumns(predicate));
    state.given.emplace_back(StoredColumns(predicate));
  }
  TakeBaseDelta(base_delta, &state);
  for (size_t i = 0; i < plans_.size(); ++i) RETURN_IF_ERROR(UpdateStratum(i, &state));
  std::vector<std::shared_ptr<const Relation>> relations;
  for (uint32_t i = 0; i < program_->predicates.size(); ++i) {
    relations.push_back(versions_.relation(PredicateId{i}, Version::kNew));
    const Predicate& predicate = program_->predicates[i];
    if (predicate.generated) continue;
    AppendFacts(predicate, PredicateId{i}, state.facts[i].removed, &delta->removed);
    AppendFacts(predicate, PredicateId{i}, state.facts[i].added, &delta->added);
  }
  std::sort(delta->removed.begin(), delta->removed.end());
  std::sort(delta->added.begin(), delta->added.end());
  return std::make_shared<const Model>(program_, program_->interning, std::move(relations),
                                       model.cache());
}

// What changes nothing is left out: a fact taken back that was not given, one given that was.
void Maintenance::TakeBaseDelta(const Delta& base_delta, UpdateState* state) const {
  const auto is_given = [&](const Fact& fact) {
    return versions_.Old(fact.predicate).IsGiven(Stored(fact));
  };
  for (const Fact& fact : base_delta.removed) {
    if (is_given(fact)) AddRow(Stored(fact), &state->given[Index(fact.predicate)].removed);
  }
  for (const Fact& fact : base_delta.added) {
    if (!is_given(fact)) AddRow(Stored(fact), &state->given[Index(fact.predicate)].added);
  }
}

absl::Status Maintenance::UpdateStratum(size_t stratum, UpdateState* state) {
  const StratumPlan& plan = plans_[stratum];
  if (std::all_of(plan.inputs.begin(), plan.inputs.end(), [&](PredicateId id) {
        return state->facts[Index(id)].empty() && state->given[Index(id)].empty();
      })) {
    return absl::OkStatus();
  }
  if (plan.given) {
    UpdateGiven(stratum, state);
    return absl::OkStatus();
  }
  if (plan.update == nullptr) return Recompute(stratum, state);
  const absl::StatusOr<bool> done = plan.update->Run(state);
  if (done.ok() && *done) return Account(stratum, *state);
  // Bindings that hold in neither version may have been looked at: an error in arithmetic is one
  // only if evaluation meets it too.
  if (!done.ok() && !absl::IsInvalidArgument(done.status())) return done.status();
  return Recompute(stratum, state);
}

// Spends what the stratum has derived, and what it holds more than before.
absl::Status Maintenance::Account(size_t stratum, const UpdateState& state) const {
  base::Budget* budget = state.context.budget;
  for (const PredicateId id : program_->strata[stratum].predicates) {
    budget->SpendFacts(state.facts[Index(id)].added.rows);
    const size_t before = versions_.Old(id).bytes();
    const size_t after = versions_.New(id).bytes();
    if (after > before) budget->SpendBytes(after - before);
  }
  return budget->Check(absl::StrCat("stratum ", stratum), state.context.round);
}

void Maintenance::UpdateGiven(size_t stratum, UpdateState* state) {
  for (const PredicateId id : program_->strata[stratum].predicates) {
    const RowChanges& given = state->given[Index(id)];
    if (given.empty()) continue;
    RelationEdits edits;
    const auto add = [&](const RowList& rows, Kind kind) {
      for (size_t i = 0; i < rows.rows; ++i) {
        const StoredRow values = ToValues(rows.row(i), rows.columns);
        edits.values.insert(edits.values.end(), values.begin(), values.end());
        edits.kinds.push_back(kind);
        edits.notes.push_back(RowNote{Origin{}.packed(), 0});
      }
    };
    add(given.removed, Kind::kErase);
    add(given.added, Kind::kInsert);
    versions_.Set(id, versions_.Old(id).Patch(edits));
    state->facts[Index(id)] = given;
  }
}

std::shared_ptr<const Relation> Maintenance::GivenAfter(PredicateId id,
                                                        const UpdateState& state) const {
  const RowChanges& changes = state.given[Index(id)];
  const size_t columns = changes.removed.columns;
  TupleMap removed(columns);
  for (size_t i = 0; i < changes.removed.rows; ++i) removed.FindOrAdd(changes.removed.row(i));
  std::vector<Value> values;
  versions_.Old(id).ForEachGiven([&](TupleView fact) {
    const StoredRow row = fact.empty() ? StoredRow{Value(0)} : StoredRow(fact.begin(), fact.end());
    std::vector<uint32_t> bits;
    for (const Value value : row) bits.push_back(value.bits());
    if (removed.Find(bits.data()) == TupleMap::kNone) {
      values.insert(values.end(), row.begin(), row.end());
    }
    return true;
  });
  for (const uint32_t bits : changes.added.values) values.push_back(Value(bits));
  return Relation::FromRows(program_->predicate(id).arity(), values, !values.empty(),
                            &program_->interning->records);
}

absl::Status Maintenance::Recompute(size_t stratum, UpdateState* state) {
  const std::vector<PredicateId>& predicates = program_->strata[stratum].predicates;
  std::vector<std::shared_ptr<const Relation>> relations;
  for (uint32_t i = 0; i < program_->predicates.size(); ++i) {
    relations.push_back(versions_.relation(PredicateId{i}, Version::kNew));
  }
  std::vector<std::shared_ptr<const Relation>> given(relations.size());
  for (const PredicateId id : predicates) {
    relations[Index(id)] = nullptr;  // what is to be derived: by this a rule is known as recursive
    given[Index(id)] = GivenAfter(id, *state);
  }
  const StratumInput input{
      program_.get(), stratum, &relations, &given, state->context.interning, state->context.budget};
  RETURN_IF_ERROR(EvaluateStratum(input));
  for (const PredicateId id : predicates) {
    RowChanges& facts = state->facts[Index(id)];
    facts = RowChanges(StoredColumns(program_->predicate(id)));
    AppendMissing(versions_.Old(id), *relations[Index(id)], &facts.removed);
    AppendMissing(*relations[Index(id)], versions_.Old(id), &facts.added);
    versions_.Set(id, relations[Index(id)]);
  }
  return absl::OkStatus();
}

std::unique_ptr<Maintenance> MaintenanceCache::Take(const std::shared_ptr<const Program>& program) {
  {
    base::MutexLock lock(&mutex_);
    if (kept_ != nullptr) return std::move(kept_);
  }
  return std::make_unique<Maintenance>(program);
}

void MaintenanceCache::Return(std::unique_ptr<Maintenance> maintenance) {
  base::MutexLock lock(&mutex_);
  kept_ = std::move(maintenance);
}

}  // namespace cartograph::rules
