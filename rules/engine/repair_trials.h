// RepairTrials: finished states of the search for repairs, grounded and tried on a simulated model.

#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "rules/engine/repair.h"
#include "rules/engine/repair_state.h"

namespace cartograph::rules {

// What may be done to the facts of `id`.
const Writable& WritableIn(const RepairOptions& options, PredicateId id);

// Changes that do not do it, and the model with them.
struct FailedRepair {
  Repair repair;
  std::shared_ptr<const Model> model;
};

class RepairTrials {
 public:
  // All outlive this; what works is appended to `result`.
  RepairTrials(const Model& model, PredicateId predicate, const Pattern& pattern,
               const RepairOptions& options, base::Budget* budget, RepairResult* result)
      : model_(model),
        predicate_(predicate),
        pattern_(pattern),
        options_(options),
        budget_(budget),
        result_(result) {}

  // Gives what is still open a name: that of a new thing where entities stand, else "?1" and so on.
  void FillPlaceholders(RepairState* state);
  // The values of the model that are of the type of this column; where they are many, the first of
  // them, and the search is not complete.
  std::set<Value> ValuesLike(PredicateId predicate, size_t column);
  // Tries what `state` and its world suppose and remove, unless a repair within it is known, or it
  // was tried before. Returns what it came to when it does not do it.
  absl::StatusOr<std::optional<FailedRepair>> Offer(const RepairState& state);

 private:
  Value Placeholder(const std::string& prefix, ValueKind kind, size_t number);
  bool AddFacts(const RepairState& state, Repair* repair);
  void SortByText(std::vector<Fact>* facts);
  bool ReplaceValues(Repair* repair) const;
  std::string KeyOf(const Repair& repair) const;
  std::string ShapeOf(const Repair& repair) const;
  bool ContainsKnown(const Repair& repair) const;
  absl::StatusOr<std::optional<FailedRepair>> Try(Repair repair);
  absl::StatusOr<bool> IsWasteful(const Repair& repair);
  bool Replaces(const Repair& repair, const Repair& less) const;
  absl::StatusOr<bool> Works(const Repair& repair);
  absl::StatusOr<std::shared_ptr<const Model>> After(const Repair& repair);
  // Whether a fact of `model` matches what is asked for.
  absl::StatusOr<bool> Matches(const Model& model);
  bool Admits(PredicateId predicate, size_t column, Value value) const;
  std::string TextOf(const Fact& fact) const;

  const Model& model_;
  const PredicateId predicate_;
  const Pattern& pattern_;
  const RepairOptions& options_;
  base::Budget* const budget_;
  RepairResult* const result_;
  absl::flat_hash_set<uint32_t> minted_;                          // placeholders
  absl::flat_hash_set<std::string> seen_;                         // repairs that were offered
  absl::flat_hash_map<std::string, std::vector<size_t>> shapes_;  // repairs by what they change
};

}  // namespace cartograph::rules
