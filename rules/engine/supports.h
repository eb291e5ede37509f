// Supports: the minimal sets of base facts that a fact rests on.
//
// The simple explanation: a base fact supports itself; a rule instance is supported by every union
// that takes one support of each premise; a fact by what supports any of its instances. Of each
// fact's supports only those are kept that contain no other. Supports only shrink and multiply as
// the rules are gone through again, so this ends when nothing changes (minimal why-provenance).
//
// What it leaves out: absences. They hold in the model at hand and are not part of a support; a
// support is enough as long as what is absent stays absent. And there can be exponentially many
// supports: each fact keeps the smallest few, and says when it let others go.

#pragma once

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/budget.h"
#include "rules/engine/explain.h"
#include "rules/engine/proof_builder.h"
#include "rules/engine/proof_search.h"

namespace cartograph::rules {

using Support = std::vector<FactNumber>;  // base facts, sorted

class Supports {
 public:
  // REQUIRES: all outlive this. `options.sets_max` of 0 stands for 1.
  Supports(ProofSearch* search, const SupportOptions& options, base::Budget* budget);

  // Finds the supports of `root`. Errors: what Budget::Check returns, but for a limit that
  // was reached: then what was found so far is kept and complete() is false.
  absl::Status Find(FactNumber root);

  // After Find: smaller ones first, then by the texts of their facts.
  const std::vector<Support>& sets() const { return sets_; }
  // Whether these are all, and all of them minimal.
  bool complete() const { return complete_; }
  // After Find: every fact that some proof of the root goes through, the root first.
  const std::vector<FactNumber>& reached() const { return reached_; }

  // The proof of fewest steps that uses no base fact outside `support`. REQUIRES: it is one of
  // sets(). The result may be used as long as this lives.
  ChooseInstance ProofWithin(const Support& support);

 private:
  absl::Status Reach(FactNumber root);
  absl::Status Spread();
  // Whether the supports of `fact` changed.
  bool Update(FactNumber fact);
  std::vector<Support> SupportsOf(const RuleInstance& instance);
  void Add(Support support, std::vector<Support>* sets);
  void Trim(std::vector<Support>* sets);
  std::string TextOf(const Support& support) const;
  bool IsSmaller(const Support& a, const Support& b);

  ProofSearch& search_;
  const SupportOptions options_;
  base::Budget* const budget_;
  std::vector<FactNumber> reached_;
  absl::flat_hash_map<FactNumber, std::vector<Support>> supports_;
  std::vector<Support> sets_;
  bool complete_ = true;
};

}  // namespace cartograph::rules
