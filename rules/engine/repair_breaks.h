// RepairBreaks: what may make a fact false that stands in the way of a repair.

#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/engine/repair.h"
#include "rules/engine/repair_state.h"
#include "rules/engine/supports.h"

namespace cartograph::rules {

// The ways to break one proof of a fact. Other proofs of it may stay.
struct Breaks {
  std::vector<Fact> remove;  // each does it
  std::vector<Goal> fulfil;  // each does it: what the proof wants absent; its base is to be set
};

// Sets of facts; of each one has to be removed.
using Hits = std::vector<std::vector<Fact>>;

class RepairBreaks {
 public:
  // All outlive this; `result` is told when something was left out.
  RepairBreaks(const Program& program, const RepairOptions& options, base::Budget* budget,
               RepairResult* result)
      : program_(program),
        options_(options),
        budget_(budget),
        result_(result),
        rests_(program.predicates.size()) {}

  // Whether a fact of `predicate` may become false because facts are added.
  bool RestsOnAbsence(PredicateId predicate);
  // Of the best proof of `fact`, which holds in `world`.
  absl::StatusOr<Breaks> Of(const Fact& fact, const RepairWorld& world);
  // What may be removed of each support of `fact`, which holds in `world`; nothing when there are
  // too many supports to break, or one cannot be broken. REQUIRES: it rests on no absence.
  absl::StatusOr<std::optional<Hits>> AllOf(const Fact& fact, RepairWorld* world);

 private:
  bool ReadsAbsence(const Rule& rule);
  bool MayRemove(const Fact& fact, const RepairWorld& world) const;
  std::vector<Fact> Removable(const Support& support, const RepairWorld& world) const;
  const Rule* RuleFor(const Fact& fact, const std::vector<bool>& bound);

  const Program& program_;
  const RepairOptions& options_;
  base::Budget* const budget_;
  RepairResult* const result_;
  std::vector<std::optional<bool>> rests_;  // by predicate
  std::deque<Rule> rules_;                  // that nobody wrote: each has one literal
};

}  // namespace cartograph::rules
