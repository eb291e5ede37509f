// Maintenance: what is kept between updates of the models of one program.

#pragma once

#include <memory>
#include <vector>

#include "base/mutex.h"
#include "rules/engine/maintain/stratum_update.h"
#include "rules/engine/maintain/versions.h"
#include "rules/facts/delta.h"

namespace cartograph::rules {

// The methods of all strata with their pipelines.
//
// Thread-safety: one update at a time; see MaintenanceCache.
class Maintenance {
 public:
  explicit Maintenance(std::shared_ptr<const Program> program);
  ~Maintenance();

  // The model after `base_delta`; `delta` gets the changes of all predicates but generated ones.
  absl::StatusOr<std::shared_ptr<const Model>> Update(const Model& model, const Delta& base_delta,
                                                      base::Budget* budget, Delta* delta);

 private:
  struct StratumPlan {
    bool given = false;                     // no rule makes its facts
    std::unique_ptr<StratumUpdate> update;  // null: evaluated anew whenever an input changes
    std::vector<PredicateId> inputs;        // its own predicates, and those its rules read
  };

  void TakeBaseDelta(const Delta& base_delta, UpdateState* state) const;
  absl::Status UpdateStratum(size_t stratum, UpdateState* state);
  void UpdateGiven(size_t stratum, UpdateState* state);
  absl::Status Account(size_t stratum, const UpdateState& state) const;
  absl::Status Recompute(size_t stratum, UpdateState* state);
  std::shared_ptr<const Relation> GivenAfter(PredicateId id, const UpdateState& state) const;

  const std::shared_ptr<const Program> program_;
  Versions versions_;
  std::vector<StratumPlan> plans_;
};

// A Maintenance for whoever comes first, shared by all versions of a model.
class MaintenanceCache : public ModelCache {
 public:
  // The one kept here, or a new one while that is in use.
  std::unique_ptr<Maintenance> Take(const std::shared_ptr<const Program>& program);
  void Return(std::unique_ptr<Maintenance> maintenance);

 private:
  base::Mutex mutex_;
  std::unique_ptr<Maintenance> kept_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cartograph::rules
