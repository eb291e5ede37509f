// Heights: a recursive stratum keeps, beside each fact, the least height of a derivation: 1 above
// its highest premise of the stratum, or 1. That is the round in which evaluation from scratch
// derives it, and it makes support well founded: a fact never rests on itself.
//
// Taking away, from low heights to high: a fact that may have lost an instance is asked for another
// one no higher than its height, over premises that still stand. Those of smaller height are all
// settled by then, so the answer is final; if there is none the fact is set aside, and facts that
// rest on it are asked in their turn.
// Putting back, again from low to high: facts set aside that have a higher derivation, facts that
// new instances derive, and facts that become lower, each with the least height that is offered
// (Dijkstra's order). What is not put back is gone.
//
// So annotations are exactly those of a rebuilt model, and heights stay lower bounds for the search
// for proofs. What it leaves out: heights saturate at 255, and from there on say nothing; an update
// that meets one is left to evaluation from scratch.
//
// Ramalingam, Reps, "An incremental algorithm for a generalization of the shortest-path problem",
// J. Algorithms 21 (1996); Motik, Nenov, Piro, Horrocks, "Incremental update of Datalog
// materialisation: the backward/forward algorithm", AAAI 2015.

#include <algorithm>
#include <array>

#include "base/check.h"
#include "rules/engine/maintain/stratum_update.h"
#include "rules/engine/rule_names.h"
#include "rules/engine/tuple_map.h"

namespace cartograph::rules {
namespace {

using Kind = RelationEdits::Kind;

constexpr uint32_t kHeights = Origin::kHighest;  // heights below it are exact

// How a fact can be derived; the least is the best.
struct Support {
  uint32_t height = kNoHeight;
  uint32_t rule = 0;

  static constexpr uint32_t kNoHeight = UINT32_MAX;
  bool exists() const { return height != kNoHeight; }
  friend auto operator<=>(const Support&, const Support&) = default;
};

// What an update does to one predicate of the stratum.
struct Working {
  Working(PredicateId predicate, size_t row_columns)
      : id(predicate), columns(row_columns), facts(row_columns) {}

  // The state of a fact that the update has met.
  struct Fact {
    bool asked = false;      // may have lost its support; what it has is in `offered`
    bool set_aside = false;  // taken away, not put back yet
    bool put = false;        // has its final support
    Support offered;         // the best one found
  };

  uint32_t Find(const uint32_t* row) {
    const uint32_t number = facts.FindOrAdd(row);
    if (number == states.size()) states.emplace_back();
    return number;
  }

  PredicateId id;
  size_t columns;
  TupleMap facts;
  std::vector<Fact> states;
  std::array<std::vector<uint32_t>, kHeights> asked;    // facts by height
  std::array<std::vector<uint32_t>, kHeights> offered;  // facts by the height offered
  RelationEdits edits;                                  // of the step that is being made
  size_t set_aside = 0;
};

class RecursiveUpdate {
 public:
  RecursiveUpdate(const Program& program, const Stratum& stratum,
                  const std::vector<std::unique_ptr<RuleChanges>>& rules,
                  const std::vector<uint8_t>& numbers, UpdateState* state)
      : rules_(rules),
        numbers_(numbers),
        state_(state),
        versions_(state->context.versions),
        of_(program.predicates.size()) {
    for (const PredicateId id : stratum.predicates) {
      working_.push_back(std::make_unique<Working>(id, StoredColumns(program.predicate(id))));
      of_[Index(id)] = working_.back().get();
      facts_ += versions_->Old(id).size();
    }
  }

  absl::StatusOr<bool> Run() {
    RETURN_IF_ERROR(TakeAway());
    if (too_much_) return false;
    RETURN_IF_ERROR(PutBack());
    if (too_much_) return false;
    for (const auto& working : working_) Report(working.get());
    return true;
  }

 private:
  // ---- what both halves need

  std::optional<RowNote> NoteOf(const Working& working, const uint32_t* row) const {
    return versions_->New(working.id).FindNote(ToValues(row, working.columns));
  }

  // The height at which a premise supports what rests on it; none when it does not stand. Facts
  // given are there when evaluation begins, but recursive rules read them in the second round.
  uint32_t PremiseHeight(Working* working, const uint32_t* row) const {
    const uint32_t known = working->facts.Find(row);
    if (known != TupleMap::kNone && working->states[known].set_aside) return Support::kNoHeight;
    const std::optional<RowNote> note = NoteOf(*working, row);
    if (!note.has_value()) return Support::kNoHeight;
    return std::max<uint32_t>(1, Origin::Unpack(note->origin).height);
  }

  // The support that an answer of rule `r` gives its head.
  Support SupportBy(size_t r, const uint32_t* answer) const {
    Support support{1, numbers_[r]};
    const uint32_t* premise = answer + of_[Index(rules_[r]->head())]->columns;
    for (const PredicateId id : rules_[r]->premises()) {
      Working* working = of_[Index(id)];
      const uint32_t height = PremiseHeight(working, premise);
      if (height == Support::kNoHeight) return Support{};
      support.height = std::max(support.height, height + 1);
      premise += working->columns;
    }
    return support;
  }

  // The best supports of `rows` in the new version: of their rules, over premises that stand.
  absl::Status FindSupports(const Working& working, const RowList& rows,
                            std::vector<Support>* supports) {
    supports->assign(rows.rows, Support{});
    TupleMap index(working.columns);
    for (size_t i = 0; i < rows.rows; ++i) index.FindOrAdd(rows.row(i));
    for (size_t r = 0; r < rules_.size(); ++r) {
      if (rules_[r]->head() != working.id) continue;
      RETURN_IF_ERROR(rules_[r]->OfHeads(state_->context, rows, [&](const RowList& answers) {
        for (size_t i = 0; i < answers.rows; ++i) {
          Support& best = (*supports)[index.Find(answers.row(i))];
          best = std::min(best, SupportBy(r, answers.row(i)));
        }
        return absl::OkStatus();
      }));
    }
    return absl::OkStatus();
  }

  // ---- taking away

  absl::Status TakeAway() {
    for (const auto& working : working_) {
      const RowList& removed = state_->given[Index(working->id)].removed;
      for (size_t i = 0; i < removed.rows; ++i) Ask(working.get(), removed.row(i), 0, true);
    }
    for (const auto& rule : rules_) {
      Working* head = of_[Index(rule->head())];
      RETURN_IF_ERROR(rule->FromBelow(state_->context, state_->facts, Others::kOld, true, false,
                                      [&](const RowList& answers, int) {
                                        AskAll(head, answers, 0);
                                        return absl::OkStatus();
                                      }));
    }
    for (uint32_t height = 0; height < kHeights && !too_much_; ++height) {
      RETURN_IF_ERROR(AskHeight(height));
    }
    for (const auto& working : working_) {
      for (uint32_t number = 0; number < working->facts.size(); ++number) {
        if (!working->states[number].set_aside) continue;
        AddEdit(working.get(), working->facts.tuple(number), Kind::kErase, RowNote{});
      }
      ApplyEdits(working.get());
    }
    return absl::OkStatus();
  }

  void AskAll(Working* working, const RowList& answers, uint32_t above) {
    for (size_t i = 0; i < answers.rows; ++i) Ask(working, answers.row(i), above, false);
  }

  // Queues a fact that may have lost the support it is there by, if it is higher than `above`.
  // Facts given stay unless that is what they lose.
  void Ask(Working* working, const uint32_t* row, uint32_t above, bool takes_given) {
    const uint32_t known = working->facts.Find(row);
    if (known != TupleMap::kNone && working->states[known].asked) return;
    const std::optional<RowNote> note = NoteOf(*working, row);
    if (!note.has_value()) return;
    const Origin origin = Origin::Unpack(note->origin);
    if ((origin.rule == Origin::kGiven) != takes_given) return;
    if (origin.height == Origin::kHighest) too_much_ = true;
    if (too_much_ || (origin.height <= above && !takes_given)) return;
    const uint32_t number = working->Find(row);
    working->states[number].asked = true;
    working->asked[origin.height].push_back(number);
  }

  absl::Status AskHeight(uint32_t height) {
    for (const auto& working : working_) {
      const std::vector<uint32_t>& asked = working->asked[height];
      if (asked.empty()) continue;
      RowList rows(working->columns);
      for (const uint32_t number : asked) rows.Add(working->facts.tuple(number));
      std::vector<Support> supports;
      RETURN_IF_ERROR(FindSupports(*working, rows, &supports));
      RowList lost(working->columns);
      for (size_t i = 0; i < asked.size(); ++i) {
        if (Stays(working.get(), asked[i], height, supports[i])) continue;
        working->states[asked[i]].set_aside = true;
        lost.Add(rows.row(i));
      }
      working->set_aside += lost.rows;
      too_much_ = too_much_ || working->set_aside > ChangesMax(facts_);
      RETURN_IF_ERROR(AskDependents(working->id, lost, height));
    }
    return absl::OkStatus();
  }

  // Whether `support` is enough for a fact to stay at `height` or below; a better one than it has
  // is offered for the second half.
  bool Stays(Working* working, uint32_t number, uint32_t height, const Support& support) {
    if (support.height > height) return false;
    Offer(working, number, support);
    return true;
  }

  absl::Status AskDependents(PredicateId id, const RowList& lost, uint32_t height) {
    for (const auto& rule : rules_) {
      Working* head = of_[Index(rule->head())];
      RETURN_IF_ERROR(rule->FromPremises(state_->context, id, lost, [&](const RowList& answers) {
        AskAll(head, answers, std::max<uint32_t>(1, height));
        return absl::OkStatus();
      }));
    }
    return absl::OkStatus();
  }

  // ---- putting back

  absl::Status PutBack() {
    for (const auto& working : working_) {
      const RowList& added = state_->given[Index(working->id)].added;
      for (size_t i = 0; i < added.rows; ++i) {
        Offer(working.get(), working->Find(added.row(i)), {0, Origin::kGiven});
      }
      RETURN_IF_ERROR(OfferSetAside(working.get()));
    }
    for (size_t r = 0; r < rules_.size(); ++r) {
      RETURN_IF_ERROR(rules_[r]->FromBelow(state_->context, state_->facts, Others::kNew, false,
                                           true, [&](const RowList& answers, int) {
                                             OfferAll(r, answers);
                                             return absl::OkStatus();
                                           }));
    }
    for (uint32_t height = 0; height < kHeights && !too_much_; ++height) {
      RETURN_IF_ERROR(PutHeight(height));
    }
    return absl::OkStatus();
  }

  // Offers facts set aside the supports they have left.
  absl::Status OfferSetAside(Working* working) {
    RowList rows(working->columns);
    std::vector<uint32_t> numbers;
    for (uint32_t number = 0; number < working->facts.size(); ++number) {
      if (!working->states[number].set_aside) continue;
      rows.Add(working->facts.tuple(number));
      numbers.push_back(number);
    }
    std::vector<Support> supports;
    RETURN_IF_ERROR(FindSupports(*working, rows, &supports));
    for (size_t i = 0; i < numbers.size(); ++i) {
      if (supports[i].exists()) Offer(working, numbers[i], supports[i]);
    }
    return absl::OkStatus();
  }

  void OfferAll(size_t r, const RowList& answers) {
    Working* head = of_[Index(rules_[r]->head())];
    for (size_t i = 0; i < answers.rows; ++i) {
      const Support support = SupportBy(r, answers.row(i));
      if (support.exists()) Offer(head, head->Find(answers.row(i)), support);
    }
  }

  void Offer(Working* working, uint32_t number, const Support& support) {
    Working::Fact& fact = working->states[number];
    if (fact.offered <= support) return;
    if (support.height >= kHeights) {
      too_much_ = true;
      return;
    }
    fact.offered = support;
    working->offered[support.height].push_back(number);
  }

  absl::Status PutHeight(uint32_t height) {
    state_->context.round = height;
    std::vector<RowList> moved;
    for (const auto& working : working_) {
      moved.emplace_back(working->columns);
      for (const uint32_t number : working->offered[height]) {
        if (Put(working.get(), number, height)) moved.back().Add(working->facts.tuple(number));
      }
      ApplyEdits(working.get());
    }
    for (size_t w = 0; w < working_.size(); ++w) {
      if (moved[w].empty()) continue;
      too_much_ = too_much_ || working_[w]->facts.size() > ChangesMax(facts_);
      for (size_t r = 0; r < rules_.size() && !too_much_; ++r) {
        RETURN_IF_ERROR(rules_[r]->FromPremises(state_->context, working_[w]->id, moved[w],
                                                [&](const RowList& answers) {
                                                  OfferAll(r, answers);
                                                  return absl::OkStatus();
                                                }));
      }
    }
    return absl::OkStatus();
  }

  // Gives a fact the support offered to it at `height`, if it has no better one; whether what rests
  // on it must be looked at.
  bool Put(Working* working, uint32_t number, uint32_t height) {
    Working::Fact& fact = working->states[number];
    if (fact.put || fact.offered.height != height) return false;
    const uint32_t* row = working->facts.tuple(number);
    const std::optional<RowNote> note = NoteOf(*working, row);
    const Origin before = Origin::Unpack(note.has_value() ? note->origin : 0);
    if (note.has_value() && !fact.asked && Support{before.height, before.rule} <= fact.offered)
      return false;
    fact.put = true;
    fact.set_aside = false;
    const Origin after{static_cast<uint8_t>(fact.offered.rule), static_cast<uint8_t>(height)};
    if (note.has_value() && after.packed() == before.packed()) return false;
    AddEdit(working, row, note.has_value() ? Kind::kNote : Kind::kInsert, {after.packed(), 0});
    return !note.has_value() || before.height != height;
  }

  // ---- what changes

  static void AddEdit(Working* working, const uint32_t* row, Kind kind, const RowNote& note) {
    const StoredRow values = ToValues(row, working->columns);
    working->edits.values.insert(working->edits.values.end(), values.begin(), values.end());
    working->edits.kinds.push_back(kind);
    working->edits.notes.push_back(note);
  }

  void ApplyEdits(Working* working) {
    if (working->edits.empty()) return;
    versions_->Set(working->id, versions_->New(working->id).Patch(working->edits));
    working->edits = RelationEdits();
  }

  void Report(Working* working) {
    RowChanges& facts = state_->facts[Index(working->id)];
    facts = RowChanges(working->columns);
    for (uint32_t number = 0; number < working->facts.size(); ++number) {
      const uint32_t* row = working->facts.tuple(number);
      const StoredRow values = ToValues(row, working->columns);
      const bool before = versions_->Old(working->id).FindNote(values).has_value();
      const bool after = versions_->New(working->id).FindNote(values).has_value();
      if (before && !after) facts.removed.Add(row);
      if (after && !before) facts.added.Add(row);
    }
  }

  const std::vector<std::unique_ptr<RuleChanges>>& rules_;
  const std::vector<uint8_t>& numbers_;
  UpdateState* state_;
  Versions* versions_;
  std::vector<std::unique_ptr<Working>> working_;
  std::vector<Working*> of_;  // by predicate; null outside the stratum
  size_t facts_ = 0;          // of the stratum, before
  bool too_much_ = false;
};

class RecursiveStratum : public StratumUpdate {
 public:
  RecursiveStratum(const Program& program, size_t stratum)
      : program_(program), stratum_(program.strata[stratum]) {
    const std::vector<uint8_t> numbers = RuleNumbers(program);
    RuleChanges::Options options;
    options.own.resize(program.predicates.size());
    options.premises = true;
    for (const PredicateId id : stratum_.predicates) options.own[Index(id)] = true;
    for (const uint32_t rule : stratum_.rules) {
      rules_.push_back(std::make_unique<RuleChanges>(program, rule, stratum, options));
      numbers_.push_back(numbers[rule]);
    }
  }

  absl::StatusOr<bool> Run(UpdateState* state) override {
    return RecursiveUpdate(program_, stratum_, rules_, numbers_, state).Run();
  }

 private:
  const Program& program_;
  const Stratum& stratum_;
  std::vector<std::unique_ptr<RuleChanges>> rules_;
  std::vector<uint8_t> numbers_;  // of rules_
};

}  // namespace

std::unique_ptr<StratumUpdate> MakeRecursiveStratum(const Program& program, size_t stratum) {
  return std::make_unique<RecursiveStratum>(program, stratum);
}

}  // namespace cartograph::rules
