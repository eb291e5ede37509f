#include "rules/engine/repair.h"

#include <algorithm>
#include <queue>

#include "base/status.h"
#include "rules/engine/expression.h"
#include "rules/engine/repair_breaks.h"
#include "rules/engine/repair_state.h"
#include "rules/engine/repair_trials.h"

namespace cartograph::rules {
namespace {

// How much larger a count is made.
constexpr int32_t kMoreMax = 2;

bool IsOrder(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
    case Comparison::kNotEqual:
    case Comparison::kLess:
    case Comparison::kLessEqual:
    case Comparison::kGreater:
    case Comparison::kGreaterEqual:
      return true;
    default:
      return false;
  }
}

bool IsSpent(const absl::Status& status) {
  return absl::IsResourceExhausted(status) || absl::IsDeadlineExceeded(status);
}

class RepairSearch {
 public:
  RepairSearch(const Model& model, PredicateId predicate, const Pattern& pattern,
               const RepairOptions& options, base::Budget* budget)
      : model_(model),
        program_(model.program()),
        predicate_(predicate),
        pattern_(pattern),
        options_(options),
        budget_(budget),
        breaks_(model.program(), options, budget, &result_),
        trials_(model, predicate, pattern, options, budget, &result_) {}

  absl::StatusOr<RepairResult> Run() {
    if (options_.repairs_max == 0) return std::move(result_);
    const absl::Status status = Search();
    if (IsSpent(status)) {
      result_.complete = false;
    } else {
      RETURN_IF_ERROR(status);
    }
    return std::move(result_);
  }

 private:
  using StatePtr = std::unique_ptr<RepairState>;
  struct Open {
    size_t cost;
    uint64_t number;  // later ones first: a repair is finished before others are begun
    StatePtr state;
    bool operator<(const Open& other) const {
      return std::pair(other.cost, number) < std::pair(cost, other.number);
    }
  };

  absl::Status Search() {
    SetRootRule();
    PushRoot(std::make_shared<RepairWorld>(model_, budget_), 0);
    for (size_t states = 0; !open_.empty() && !Enough(); ++states) {
      if (states == options_.states_max) {
        result_.complete = false;
        break;
      }
      RETURN_IF_ERROR(budget_->Check("looking for repairs"));
      StatePtr state = std::move(const_cast<Open&>(open_.top()).state);
      open_.pop();
      RETURN_IF_ERROR(Step(std::move(state)));
    }
    if (!open_.empty()) result_.complete = false;
    return absl::OkStatus();
  }

  bool Enough() const {
    return result_.repairs.size() >= options_.repairs_max ||
           result_.simulated >= options_.simulations_max;
  }

  // The atom itself is a goal of a rule that nobody wrote.
  void SetRootRule() {
    root_rule_.variables.resize(pattern_.size());
    root_rule_.body.resize(1);
    Literal& literal = root_rule_.body[0];
    literal.atom.predicate = predicate_;
    for (uint32_t column = 0; column < pattern_.size(); ++column) {
      Term term;
      term.kind = Term::Kind::kVariable;
      term.variable = column;
      literal.atom.arguments.push_back(term);
    }
  }

  void PushRoot(std::shared_ptr<RepairWorld> world, size_t placeholders) {
    auto state = std::make_unique<RepairState>(std::move(world));
    state->placeholders = placeholders;
    state->AddVariables(pattern_.size());
    for (uint32_t column = 0; column < pattern_.size(); ++column) {
      if (pattern_[column].has_value()) state->Bind(column, *pattern_[column]);
    }
    state->goals.push_back({&root_rule_, &root_rule_.body[0], 0, 0, nullptr});
    Push(std::move(state));
  }

  void Push(StatePtr state) {
    const size_t cost = state->cost();
    if (cost > options_.facts_max) {
      result_.complete = false;
      return;
    }
    open_.push({cost, ++pushed_, std::move(state)});
  }

  absl::Status Step(StatePtr state) {
    if (!DecideConstraints(state.get())) return absl::OkStatus();
    std::vector<Fact> matches;
    ASSIGN_OR_RETURN(const std::optional<size_t> atom, ChooseAtom(state.get(), &matches));
    if (atom.has_value()) return Branch(std::move(state), *atom, matches);
    const auto is = [](Literal::Kind kind) {
      return [kind](const Goal& goal) { return goal.literal->kind == kind; };
    };
    auto& goals = state->goals;
    const auto aggregate = std::find_if(goals.begin(), goals.end(), is(Literal::Kind::kAggregate));
    if (aggregate != goals.end()) {
      return BranchOnAggregate(std::move(state), static_cast<size_t>(aggregate - goals.begin()));
    }
    // A value that nothing else has keeps out of the way of most.
    if (HasOpen(*state)) {
      MakeUpValues(state.get());
      if (!DecideConstraints(state.get())) {
        Refine(*state);
        return absl::OkStatus();
      }
    }
    const auto negation = std::find_if(goals.begin(), goals.end(), is(Literal::Kind::kNegation));
    if (negation != goals.end()) {
      return BranchOnNegation(std::move(state), static_cast<size_t>(negation - goals.begin()));
    }
    return Finish(*state);
  }

  static bool HasOpen(const RepairState& state) {
    return std::any_of(state.added.begin(), state.added.end(), [&](const OpenAtom& atom) {
      return std::any_of(atom.arguments.begin(), atom.arguments.end(),
                         [&](const Slotted& argument) { return !state.Resolve(argument).known; });
    });
  }

  void MakeUpValues(RepairState* state) {
    auto guess = std::make_shared<RepairGuess>();
    guess->open = std::make_shared<const RepairState>(*state);
    state->guess = std::move(guess);
    trials_.FillPlaceholders(state);
  }

  // Made-up values did not do it: those that are there are tried, for one variable at a time.
  void Refine(const RepairState& state) {
    if (state.guess == nullptr || state.guess->refined) return;
    state.guess->refined = true;
    const RepairState& open = *state.guess->open;
    for (const OpenAtom& atom : open.added) {
      for (size_t column = 0; column < atom.arguments.size(); ++column) {
        const Slotted slotted = open.Resolve(atom.arguments[column]);
        if (slotted.known) continue;
        for (const Value value : trials_.ValuesLike(atom.predicate, column)) {
          auto next = std::make_unique<RepairState>(open);
          next->Bind(slotted.variable, value);
          Push(std::move(next));
        }
        return;
      }
    }
  }

  // Takes out the constraints that can be decided; false when one is false.
  bool DecideConstraints(RepairState* state) {
    for (bool again = true; again;) {
      again = false;
      for (size_t i = 0; i < state->goals.size(); ++i) {
        const std::optional<bool> holds = Decide(state->goals[i], state);
        if (!holds.has_value()) continue;
        if (!*holds) return false;
        state->goals.erase(state->goals.begin() + static_cast<std::ptrdiff_t>(i));
        again = true;
        break;
      }
    }
    return true;
  }

  // Nothing when it is not a constraint, or cannot be decided yet.
  std::optional<bool> Decide(const Goal& goal, RepairState* state) {
    const Literal& literal = *goal.literal;
    if (literal.kind == Literal::Kind::kRange) return LeftToSimulation();
    if (literal.kind != Literal::Kind::kConstraint) return std::nullopt;
    const std::optional<Slotted> left = state->Resolve(literal.left, goal.base);
    const std::optional<Slotted> right = state->Resolve(literal.right, goal.base);
    if (!left.has_value() || !right.has_value() || !IsOrder(literal.comparison)) {
      return LeftToSimulation();
    }
    if (literal.comparison == Comparison::kEqual) return state->Unify(*left, *right);
    if (!left->known || !right->known) return std::nullopt;
    return Compare(literal.comparison, literal.left.value_kind, left->value.bits(),
                   right->value.bits(), model_.interning());
  }

  bool LeftToSimulation() {
    result_.complete = false;
    return true;
  }

  // The positive goal that the fewest facts match, and these.
  absl::StatusOr<std::optional<size_t>> ChooseAtom(RepairState* state, std::vector<Fact>* matches) {
    std::optional<size_t> best;
    for (size_t i = 0; i < state->goals.size(); ++i) {
      if (state->goals[i].literal->kind != Literal::Kind::kAtom) continue;
      const std::optional<OpenAtom> atom = state->AtomOf(state->goals[i]);
      if (!atom.has_value()) continue;
      ASSIGN_OR_RETURN(std::vector<Fact> found, MatchesOf(*atom, *state));
      if (best.has_value() && found.size() >= matches->size()) continue;
      best = i;
      *matches = std::move(found);
      if (matches->empty()) break;
    }
    return best;
  }

  absl::StatusOr<std::vector<Fact>> MatchesOf(const OpenAtom& atom, const RepairState& state) {
    Pattern pattern;
    for (const Slotted& argument : atom.arguments) {
      pattern.push_back(argument.known ? std::optional<Value>(argument.value) : std::nullopt);
    }
    std::vector<Fact> facts;
    RETURN_IF_ERROR(
        Query(state.world->model, atom.predicate, pattern, 0, budget_, [&](TupleView values) {
          if (facts.size() > options_.matches_max) return false;
          Fact fact{atom.predicate, Tuple(values.begin(), values.end())};
          if (!state.removed.contains(fact)) facts.push_back(std::move(fact));
          return true;
        }));
    if (facts.size() > options_.matches_max) result_.complete = false;
    return facts;
  }

  absl::Status Branch(StatePtr state, size_t index, const std::vector<Fact>& matches) {
    const Goal goal = state->goals[index];
    const OpenAtom atom = *state->AtomOf(goal);
    state->goals.erase(state->goals.begin() + static_cast<std::ptrdiff_t>(index));
    const bool ground = std::all_of(atom.arguments.begin(), atom.arguments.end(),
                                    [](const Slotted& argument) { return argument.known; });
    // A fact that holds needs no other way to hold.
    if (!(ground && !matches.empty())) {
      Suppose(*state, atom);
      PushRules(*state, goal, atom);
    }
    for (const Fact& fact : Sorted(matches)) PushMatch(*state, atom, fact);
    for (const OpenAtom& supposed : state->added) {
      if (supposed.predicate != atom.predicate) continue;
      auto next = std::make_unique<RepairState>(*state);
      if (UnifyAll(atom.arguments, supposed.arguments, next.get())) Push(std::move(next));
    }
    return absl::OkStatus();
  }

  static bool UnifyAll(const std::vector<Slotted>& a, const std::vector<Slotted>& b,
                       RepairState* state) {
    for (size_t i = 0; i < a.size(); ++i) {
      if (!state->Unify(a[i], b[i])) return false;
    }
    return true;
  }

  void PushMatch(const RepairState& state, const OpenAtom& atom, const Fact& fact) {
    auto next = std::make_unique<RepairState>(state);
    for (size_t i = 0; i < fact.values.size(); ++i) {
      if (!next->Unify(atom.arguments[i], {true, fact.values[i], 0})) return;
    }
    Push(std::move(next));
  }

  // Last first, since what is pushed last is taken up first.
  std::vector<Fact> Sorted(std::vector<Fact> facts) {
    std::sort(facts.begin(), facts.end(),
              [&](const Fact& a, const Fact& b) { return TextOf(a) > TextOf(b); });
    return facts;
  }

  std::string TextOf(const Fact& fact) const { return ToText(fact, program_, model_.interning()); }

  void Suppose(const RepairState& state, const OpenAtom& atom) {
    const Writable& writable = WritableIn(options_, atom.predicate);
    if (!writable.add || (writable.of_new_only && atom.arguments[0].known)) return;
    auto next = std::make_unique<RepairState>(state);
    next->added.push_back(atom);
    Push(std::move(next));
  }

  void PushRules(const RepairState& state, const Goal& goal, const OpenAtom& atom) {
    if (program_.predicate(atom.predicate).base || state.IsOn(goal.path.get(), atom)) return;
    if (goal.depth >= options_.depth_max) {
      result_.complete = false;
      return;
    }
    // The rule written first is pushed last.
    for (size_t i = program_.rules.size(); i-- > 0;) {
      const Rule& rule = program_.rules[i];
      if (rule.head.predicate == atom.predicate) PushRule(state, goal, atom, rule);
    }
  }

  void PushRule(const RepairState& state, const Goal& goal, const OpenAtom& atom,
                const Rule& rule) {
    auto next = std::make_unique<RepairState>(state);
    const uint32_t base = next->AddVariables(rule.variables.size());
    for (size_t i = 0; i < atom.arguments.size(); ++i) {
      const std::optional<Slotted> head = next->Resolve(rule.head.arguments[i], base);
      if (!head.has_value()) {
        result_.complete = false;
        continue;
      }
      if (!next->Unify(atom.arguments[i], *head)) return;
    }
    const auto path = std::make_shared<const GoalPath>(GoalPath{atom, goal.path});
    for (const Literal& literal : rule.body) {
      next->goals.push_back({&rule, &literal, base, goal.depth + 1, path});
    }
    Push(std::move(next));
  }

  // A count may stay as it is, or grow by a few.
  absl::Status BranchOnAggregate(StatePtr state, size_t index) {
    const Goal goal = state->goals[index];
    state->goals.erase(state->goals.begin() + static_cast<std::ptrdiff_t>(index));
    const Aggregate& aggregate = *goal.literal->aggregate;
    result_.complete = false;
    if (aggregate.op != AggregateOp::kCount) {
      Push(std::move(state));
      return absl::OkStatus();
    }
    for (int32_t more = kMoreMax; more >= 0; --more) {
      auto next = std::make_unique<RepairState>(*state);
      for (int32_t copy = 0; copy < more; ++copy) AddCopy(goal, aggregate, next.get());
      Push(std::move(next));
    }
    return absl::OkStatus();
  }

  // The body of an aggregate once more, with variables of its own but for the outer ones.
  static void AddCopy(const Goal& goal, const Aggregate& aggregate, RepairState* state) {
    const uint32_t base = state->AddVariables(goal.rule->variables.size());
    for (const uint32_t outer : aggregate.outer) {
      state->Unify({false, {}, base + outer}, {false, {}, goal.base + outer});
    }
    for (const Literal& literal : aggregate.body) {
      state->goals.push_back({goal.rule, &literal, base, goal.depth, goal.path});
    }
  }

  absl::Status BranchOnNegation(StatePtr state, size_t index) {
    const Goal goal = state->goals[index];
    state->goals.erase(state->goals.begin() + static_cast<std::ptrdiff_t>(index));
    const std::optional<OpenAtom> atom = state->AtomOf(goal);
    if (!atom.has_value()) {
      result_.complete = false;
      Push(std::move(state));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const std::vector<Fact> matches, MatchesOf(*atom, *state));
    if (!matches.empty() && breaks_.RestsOnAbsence(atom->predicate)) {
      return BranchOnProof(*state, Sorted(matches).back(), goal);
    }
    Hits supports;
    for (const Fact& fact : matches) {
      ASSIGN_OR_RETURN(const std::optional<Hits> hits, breaks_.AllOf(fact, state->world.get()));
      if (hits.has_value()) {
        supports.insert(supports.end(), hits->begin(), hits->end());
        continue;
      }
      Refine(*state);
      return absl::OkStatus();
    }
    PushHits(*state, supports, 0);
    return absl::OkStatus();
  }

  // Every way to break a proof of `fact`; the trial says whether there are others, and then the
  // search goes on from there.
  absl::Status BranchOnProof(const RepairState& state, const Fact& fact, const Goal& goal) {
    ASSIGN_OR_RETURN(const Breaks breaks, breaks_.Of(fact, *state.world));
    for (const Goal& fulfil : breaks.fulfil) {
      auto next = std::make_unique<RepairState>(state);
      const uint32_t base = next->AddVariables(fulfil.rule->variables.size());
      next->goals.push_back({fulfil.rule, fulfil.literal, base, goal.depth, goal.path});
      Push(std::move(next));
    }
    for (const Fact& leaf : Sorted(breaks.remove)) {
      auto next = std::make_unique<RepairState>(state);
      next->removed.insert(leaf);
      Push(std::move(next));
    }
    Refine(state);
    return absl::OkStatus();
  }

  // Every way to remove a fact of each support from `from` on.
  void PushHits(const RepairState& state, const Hits& supports, size_t from) {
    while (from < supports.size() &&
           std::any_of(supports[from].begin(), supports[from].end(),
                       [&](const Fact& fact) { return state.removed.contains(fact); })) {
      ++from;
    }
    if (from == supports.size()) {
      Push(std::make_unique<RepairState>(state));
      return;
    }
    if (state.cost() >= options_.facts_max) {
      result_.complete = false;
      return;
    }
    for (const Fact& fact : Sorted(supports[from])) {
      RepairState next = state;
      next.removed.insert(fact);
      PushHits(next, supports, from + 1);
    }
  }

  absl::Status Finish(const RepairState& state) {
    if (state.own_cost() == 0) return absl::OkStatus();
    ASSIGN_OR_RETURN(std::optional<FailedRepair> failed, trials_.Offer(state));
    if (!failed.has_value()) return absl::OkStatus();
    Refine(state);
    if (state.cost() >= options_.facts_max) {
      result_.complete = false;
      return absl::OkStatus();
    }
    auto world = std::make_shared<RepairWorld>(*failed->model, budget_);
    world->owned = std::move(failed->model);
    world->added = std::move(failed->repair.add);
    world->removed.insert(failed->repair.remove.begin(), failed->repair.remove.end());
    PushRoot(std::move(world), state.placeholders);
    return absl::OkStatus();
  }

  const Model& model_;
  const Program& program_;
  const PredicateId predicate_;
  const Pattern& pattern_;
  const RepairOptions& options_;
  base::Budget* const budget_;
  Rule root_rule_;
  std::priority_queue<Open> open_;
  uint64_t pushed_ = 0;
  RepairResult result_;
  RepairBreaks breaks_;
  RepairTrials trials_;
};

}  // namespace

absl::StatusOr<RepairResult> FindRepairs(const Model& model, PredicateId predicate,
                                         const Pattern& pattern, const RepairOptions& options,
                                         base::Budget* budget) {
  return RepairSearch(model, predicate, pattern, options, budget).Run();
}

}  // namespace cartograph::rules
