// Counting: a stratum without recursion keeps, beside each fact, the number of ways to derive it:
// instances of rules, and being given counts as one. An update finds the instances that appear and
// disappear, each once, and adds them up; a fact is gone when its count is 0. Nothing is looked for
// and no other derivation is tried, so taking a fact away costs what adding it did.
//
// What it leaves out: rules are told apart only where a predicate has several. A fact names the
// first rule that derives it; when that rule has lost an instance, it is asked again.
//
// Gupta, Mumick, Subrahmanian, "Maintaining views incrementally", SIGMOD 1993.

#include <algorithm>
#include <map>

#include "base/check.h"
#include "rules/engine/maintain/stratum_update.h"
#include "rules/engine/rule_names.h"
#include "rules/engine/tuple_map.h"
#include "rules/facts/table_builder.h"

namespace cartograph::rules {
namespace {

using Kind = RelationEdits::Kind;

constexpr uint8_t kDerivedHeight = 1;  // the round in which a stratum without recursion derives

Origin OriginOf(uint32_t rule) {
  if (rule == Origin::kGiven) return Origin{};
  return {static_cast<uint8_t>(rule), kDerivedHeight};
}

class CountedPredicate {
 public:
  CountedPredicate(const Program& program, size_t stratum, PredicateId id)
      : id_(id), columns_(StoredColumns(program.predicate(id))), changes_(columns_ + 1) {
    const std::vector<uint8_t> numbers = RuleNumbers(program);
    RuleChanges::Options options;
    options.own.resize(program.predicates.size());
    options.all_bindings = true;
    for (const uint32_t rule : program.strata[stratum].rules) {
      if (program.rules[rule].head.predicate != id) continue;
      rules_.push_back(std::make_unique<RuleChanges>(program, rule, stratum, options));
      numbers_.push_back(numbers[rule]);
    }
  }

  absl::StatusOr<bool> Run(UpdateState* state) {
    const RowChanges& given = state->given[Index(id_)];
    if (given.empty() && std::none_of(rules_.begin(), rules_.end(), [&](const auto& rule) {
          return rule->IsAffected(state->facts);
        })) {
      return true;
    }
    RETURN_IF_ERROR(Count(state->context));
    // Clearing costs what the largest update has cost.
    constexpr uint32_t kKept = 4096;
    if (changes_.size() > kKept) {
      changes_ = TupleMap(columns_ + 1);
    } else {
      changes_.Clear();
    }
    sums_.clear();
    limit_ = ChangesMax(state->context.versions->Old(id_).size());
    Add(given.removed, Origin::kGiven, -1);
    Add(given.added, Origin::kGiven, 1);
    for (size_t r = 0; r < rules_.size() && changes_.size() <= limit_; ++r) {
      RETURN_IF_ERROR(AddInstances(state, r));
    }
    if (changes_.size() > limit_) return false;
    return Apply(state);
  }

 private:
  // A fact with changed instances.
  struct Touched {
    const uint32_t* row;
    int64_t change = 0;             // of all rules together
    uint32_t gaining = UINT32_MAX;  // the first rule with more instances
    bool lost = false;              // the rule it names has fewer
    RowNote before;                 // count 0: it was not there
  };

  absl::Status AddInstances(UpdateState* state, size_t r) {
    return rules_[r]->FromBelow(state->context, state->facts, Others::kSplit, true, true,
                                [&](const RowList& heads, int sign) {
                                  Add(heads, numbers_[r], sign);
                                  return absl::OkStatus();
                                });
  }

  void Add(const RowList& heads, uint32_t rule, int sign) {
    if (changes_.size() > limit_) return;
    key_.resize(columns_ + 1);
    key_[columns_] = rule;
    for (size_t i = 0; i < heads.rows; ++i) {
      std::copy_n(heads.row(i), columns_, key_.begin());
      const uint32_t number = changes_.FindOrAdd(key_.data());
      if (number == sums_.size()) sums_.push_back(0);
      sums_[number] += sign;
    }
  }

  // The touched facts, in order.
  std::vector<Touched> Sum(const Relation& old) const {
    std::vector<uint32_t> order;
    for (uint32_t i = 0; i < changes_.size(); ++i) {
      if (sums_[i] != 0) order.push_back(i);
    }
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      const uint32_t* x = changes_.tuple(a);
      const uint32_t* y = changes_.tuple(b);
      return std::lexicographical_compare(x, x + columns_ + 1, y, y + columns_ + 1);
    });
    std::vector<Touched> touched;
    for (const uint32_t i : order) {
      const uint32_t* row = changes_.tuple(i);
      if (touched.empty() || !std::equal(row, row + columns_, touched.back().row)) {
        touched.push_back({row});
        const auto note = old.FindNote(ToValues(row, columns_));
        if (note.has_value()) touched.back().before = *note;
      }
      Touched& fact = touched.back();
      fact.change += sums_[i];
      const uint32_t rule = row[columns_];
      if (sums_[i] > 0) fact.gaining = std::min(fact.gaining, rule);
      fact.lost = fact.lost || (sums_[i] < 0 && Origin::Unpack(fact.before.origin).rule == rule);
    }
    return touched;
  }

  absl::StatusOr<bool> Apply(UpdateState* state) {
    const Relation& old = state->context.versions->Old(id_);
    const std::vector<Touched> touched = Sum(old);
    std::vector<uint32_t> rules(touched.size());
    RETURN_IF_ERROR(NameRules(state->context, touched, &rules));
    RowChanges& facts = state->facts[Index(id_)];
    facts = RowChanges(columns_);
    RelationEdits edits;
    for (size_t i = 0; i < touched.size(); ++i) {
      const Touched& fact = touched[i];
      const int64_t count = int64_t{fact.before.count} + fact.change;
      CHECK(count >= 0);
      const RowNote note{OriginOf(rules[i]).packed(), static_cast<uint32_t>(count)};
      if (note == fact.before) continue;
      if (fact.before.count == 0) facts.added.Add(fact.row);
      if (count == 0) facts.removed.Add(fact.row);
      const StoredRow values = ToValues(fact.row, columns_);
      edits.values.insert(edits.values.end(), values.begin(), values.end());
      edits.kinds.push_back(fact.before.count == 0 ? Kind::kInsert
                            : count == 0           ? Kind::kErase
                                                   : Kind::kNote);
      edits.notes.push_back(note);
    }
    if (!edits.empty()) state->context.versions->Set(id_, old.Patch(edits));
    return true;
  }

  // The first rule that derives each of the facts that stay.
  absl::Status NameRules(const UpdateContext& context, const std::vector<Touched>& touched,
                         std::vector<uint32_t>* rules) {
    std::map<size_t, uint32_t> open;  // facts that their rule may not derive any more
    for (size_t i = 0; i < touched.size(); ++i) {
      const Touched& fact = touched[i];
      const uint32_t named =
          fact.before.count == 0 ? UINT32_MAX : Origin::Unpack(fact.before.origin).rule;
      (*rules)[i] = std::min(named, fact.gaining);
      const bool stays = int64_t{fact.before.count} + fact.change > 0;
      if (stays && fact.lost && fact.gaining >= named) open[i] = named;
    }
    // Where only rules derive the facts and there is one of them, it is that one.
    if (rules_.size() == 1 && std::none_of(open.begin(), open.end(), [](const auto& fact) {
          return fact.second == Origin::kGiven;
        })) {
      return absl::OkStatus();
    }
    for (size_t r = 0; r < rules_.size() && !open.empty(); ++r) {
      RETURN_IF_ERROR(Ask(context, r, touched, &open, rules));
    }
    CHECK(open.empty());
    return absl::OkStatus();
  }

  // Takes the facts that rule `r` derives from `open`.
  absl::Status Ask(const UpdateContext& context, size_t r, const std::vector<Touched>& touched,
                   std::map<size_t, uint32_t>* open, std::vector<uint32_t>* rules) {
    RowList rows(columns_);
    std::vector<size_t> asked;
    for (const auto& [i, named] : *open) {
      if (numbers_[r] < named) continue;
      rows.Add(touched[i].row);
      asked.push_back(i);
    }
    TupleMap found(columns_);
    RETURN_IF_ERROR(rules_[r]->OfHeads(context, rows, [&](const RowList& answers) {
      for (size_t i = 0; i < answers.rows; ++i) found.FindOrAdd(answers.row(i));
      return absl::OkStatus();
    }));
    for (const size_t i : asked) {
      if (found.Find(touched[i].row) == TupleMap::kNone) continue;
      (*rules)[i] = numbers_[r];
      open->erase(i);
    }
    return absl::OkStatus();
  }

  // Makes sure that the old relation is counted.
  absl::Status Count(const UpdateContext& context) {
    const Relation& old = context.versions->Old(id_);
    if (IsCounted(old.primary())) return absl::OkStatus();
    if (old.counted() == nullptr) {
      ASSIGN_OR_RETURN(std::shared_ptr<const Relation> counted, CountAll(context, old));
      old.set_counted(std::move(counted));
    }
    context.versions->Replace(id_, old.counted());
    return absl::OkStatus();
  }

  static bool IsCounted(const Table& table) {
    for (uint32_t i = 0; i < table.pages().size(); ++i) {
      const Page* page = table.pages().page(i);
      if (page != nullptr) return page->count != 0;
    }
    return true;
  }

  // `old` with the instances of all rules counted, in the old version.
  absl::StatusOr<std::shared_ptr<const Relation>> CountAll(const UpdateContext& context,
                                                           const Relation& old) {
    const Table& table = old.primary();
    std::vector<std::vector<uint32_t>> counts(table.pages().size());
    for (uint32_t p = 0; p < counts.size(); ++p) {
      const Page* page = table.pages().page(p);
      for (uint32_t row = 0; page != nullptr && row < page->rows; ++row) {
        counts[p].push_back(table.OriginAt(*page, row).rule == Origin::kGiven ? 1 : 0);
      }
    }
    // Whether a relation is counted already must not decide over an update.
    base::BudgetLimits unlimited;
    unlimited.facts_max = 0;
    base::Budget budget(unlimited);
    UpdateContext counting = context;
    counting.budget = &budget;
    for (const auto& rule : rules_) {
      RETURN_IF_ERROR(rule->All(counting, [&](const RowList& heads) {
        for (size_t i = 0; i < heads.rows; ++i) {
          const Table::Place place = PlaceOf(table, heads.row(i));
          ++counts[place.page][place.row];
        }
        return absl::OkStatus();
      }));
    }
    std::vector<PageDirectory::Replacement> pages;
    for (uint32_t p = 0; p < counts.size(); ++p) {
      if (counts[p].empty()) continue;
      pages.push_back({p, WithCounts(*table.pages().page(p), counts[p])});
    }
    return std::make_shared<const Relation>(
        old.arity(), std::make_shared<const Table>(table, table.layout(), pages), old.orders(),
        std::vector<uint64_t>(columns_, UINT64_MAX));
  }

  Table::Place PlaceOf(const Table& table, const uint32_t* row) const {
    StoredRow values;
    for (const uint32_t column : table.order()) values.push_back(Value(row[column]));
    const auto code = table.layout().Find(values.data() + 1);
    const auto place =
        code.has_value() ? table.Locate(values[0].bits() - table.base(), *code) : std::nullopt;
    CHECK(place.has_value());
    return *place;
  }

  const PredicateId id_;
  const size_t columns_;
  std::vector<std::unique_ptr<RuleChanges>> rules_;
  std::vector<uint32_t> numbers_;  // of rules_, in ascending order
  TupleMap changes_;               // (row, rule number)
  std::vector<int64_t> sums_;      // by number in changes_
  std::vector<uint32_t> key_;
  size_t limit_ = 0;
};

class CountedStratum : public StratumUpdate {
 public:
  CountedStratum(const Program& program, size_t stratum) {
    for (const PredicateId id : program.strata[stratum].predicates) {
      predicates_.push_back(std::make_unique<CountedPredicate>(program, stratum, id));
    }
  }

  absl::StatusOr<bool> Run(UpdateState* state) override {
    for (const auto& predicate : predicates_) {
      ASSIGN_OR_RETURN(const bool done, predicate->Run(state));
      if (!done) return false;
    }
    return true;
  }

 private:
  std::vector<std::unique_ptr<CountedPredicate>> predicates_;
};

}  // namespace

std::unique_ptr<StratumUpdate> MakeCountedStratum(const Program& program, size_t stratum) {
  return std::make_unique<CountedStratum>(program, stratum);
}

}  // namespace cartograph::rules
