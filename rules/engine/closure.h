// What a stratum does between rounds beyond rules: the closure of equivalence relations, and
// subsumption.

#pragma once

#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "rules/engine/growing_relation.h"
#include "rules/engine/pipeline.h"

namespace cartograph::rules {

// Keeps an eqrel relation reflexive on its elements, symmetric and transitive.
//
// Classes grow by union, the smaller into the larger; each union adds the pairs between the two.
// The relation holds every pair, so its size is the sum of the squares of the class sizes.
class EquivalenceClosure {
 public:
  // REQUIRES: `relation` has two columns in the predicate's order, whose ranges each hold all
  // elements.
  EquivalenceClosure(GrowingRelation* relation, RunContext* context);

  // Adds what follows from the rows derived since the last call. Errors: what Budget::Check
  // returns.
  absl::Status Close();

 private:
  uint32_t ClassOf(uint32_t element);
  absl::Status Join(uint32_t a, uint32_t b);
  absl::Status Add(uint32_t a, uint32_t b);

  GrowingRelation* relation_;
  RunContext* context_;
  uint32_t closed_ = 0;  // rows seen
  absl::flat_hash_map<uint32_t, uint32_t> class_of_;
  std::vector<std::vector<uint32_t>> members_;  // by class; empty once joined to another
};

// Drops dominated facts: `dominated <= dominating :- body.`
class SubsumptionStep {
 public:
  // `context` names the rule; `source_of` as in PipelineRequest, without deltas.
  SubsumptionStep(const Subsumption& subsumption, GrowingRelation* relation,
                  std::function<AtomSource(const Atom&)> source_of,
                  std::unique_ptr<RunContext> context);
  ~SubsumptionStep();

  // Collects, in `dominated`, the rows that another row dominates, where one of the two is in the
  // delta.
  absl::Status Find(uint64_t round, std::vector<uint32_t>* dominated);

 private:
  class Sink;

  absl::Status FindWithDelta(uint32_t literal);

  const Subsumption& subsumption_;
  GrowingRelation* relation_;
  std::function<AtomSource(const Atom&)> source_of_;
  std::unique_ptr<RunContext> context_;
  Body body_;  // dominated, dominating, then the written body
  std::vector<uint32_t>* dominated_ = nullptr;
};

}  // namespace cartograph::rules
