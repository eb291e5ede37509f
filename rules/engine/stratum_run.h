// StratumRun: the semi-naive evaluation of one stratum, for one window of values at a time.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "base/budget.h"
#include "rules/engine/closure.h"
#include "rules/engine/growing_relation.h"
#include "rules/engine/partition.h"
#include "rules/engine/pipeline.h"

namespace cartograph::rules {

// What a stratum is evaluated from.
struct StratumInput {
  const Program* program = nullptr;
  size_t stratum = 0;
  // By predicate: relations of lower strata, and the facts given (null for none). The stratum's own
  // entries of `relations` are filled by the evaluation.
  std::vector<std::shared_ptr<const Relation>>* relations = nullptr;
  const std::vector<std::shared_ptr<const Relation>>* given = nullptr;
  Interning* interning = nullptr;
  base::Budget* budget = nullptr;
  int threads = 1;
};

// How the relations of a stratum are laid out while they grow.
struct GrowingShape {
  Layout layout;
  std::vector<uint32_t> order;
  uint64_t bitmap_bits_max = 0;  // see RowSet
};

// By rule: all that it derives, null for nothing.
using RuleSeeds = absl::flat_hash_map<uint32_t, std::shared_ptr<const Table>>;

// The simple explanation: what is given is there from the start; rules that read only lower strata
// run once (preamble); then, as long as the last round derived something new, every rule that reads
// the stratum's own predicates runs once for each such atom, with that atom restricted to what the
// last round derived (loop). Between rounds, equivalence relations are closed and dominated facts
// dropped (closure.h).
//
// Thread-safety: none; several runs of one stratum may work side by side on different windows.
class StratumRun {
 public:
  // `shapes`: by predicate, for those of the stratum that are derived. `rules`: those to evaluate.
  // `drivers`: by rule, or empty; a rule with a driver is restricted to the window.
  StratumRun(const StratumInput& input, const std::vector<std::optional<GrowingShape>>& shapes,
             const std::vector<uint32_t>& rules, const std::vector<std::optional<Driver>>& drivers);
  ~StratumRun();

  // Forgets everything and takes the window of distances [first, last] of keys.
  void Reset(uint32_t first, uint32_t last);
  // Rules without recursion that have been run: what each derived is put in when its turn comes, so
  // that a fact names the first rule that derives it. `seeds` outlives this.
  void SetSeeds(const RuleSeeds* seeds) { seeds_ = seeds; }
  // Adds the rows of `table`, with their origins, whose keys lie in the window. `table` has the
  // same key as the predicate's shape.
  void Insert(PredicateId id, const Table& table);
  // The fixpoint. Errors: as Evaluate.
  absl::Status Run();

  GrowingRelation* growing(PredicateId id) { return growing_[Index(id)].get(); }

 private:
  // A rule, with the atom that is restricted to the delta or the driver that is restricted to the
  // window, or neither.
  struct Version;

  void MakeVersions(const std::vector<uint32_t>& rules,
                    const std::vector<std::optional<Driver>>& drivers);
  void AddVersion(uint32_t rule, std::optional<uint32_t> delta_literal,
                  const std::optional<Driver>& driver, const Body& body);
  void MakeClosures();
  std::unique_ptr<RunContext> MakeContext(std::string where) const;
  AtomSource SourceOf(const Atom& atom) const;
  bool HasDelta(const Version& version) const;
  absl::Status Begin(Version* version);
  absl::Status RunVersion(Version* version, uint64_t round);
  void SizesFor(const Version& version, std::vector<double>* sizes) const;
  bool IsOutdated(const Version& version);
  void Plan(Version* version);
  absl::StatusOr<bool> EndRound(uint64_t round);
  absl::Status Subsume(uint64_t round);
  absl::Status AccountBytes(uint64_t round);

  const StratumInput& input_;
  const Program& program_;
  const Stratum& stratum_;
  const std::string where_;
  std::vector<std::unique_ptr<GrowingRelation>>
      growing_;  // by predicate; null for those not derived here
  std::vector<GrowingRelation*> all_growing_;
  std::vector<uint8_t> numbers_;
  std::vector<Version> versions_;
  const RuleSeeds* seeds_ = nullptr;
  std::vector<std::unique_ptr<RunContext>> closure_contexts_;  // of equivalences_
  std::vector<EquivalenceClosure> equivalences_;
  std::vector<std::unique_ptr<SubsumptionStep>> subsumptions_;
  uint32_t window_first_ = 0;
  uint32_t window_last_ = UINT32_MAX;
  uint64_t held_ = 0;  // bytes accounted to the budget
  std::vector<double> sizes_;
};

}  // namespace cartograph::rules
