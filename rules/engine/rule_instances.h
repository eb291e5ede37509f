// RuleInstances: the ways in which rules derive a fact of a complete model.

#pragma once

#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "base/budget.h"
#include "rules/engine/pipeline.h"
#include "rules/facts/model.h"

namespace cartograph::rules {

// Values of a rule's variables, by index; those of variables inside aggregates are not set.
using Binding = std::vector<uint32_t>;

// Finds the bindings of a rule's variables under which its body holds and its head is a given fact,
// by running the body as a pipeline with the head's values bound. Pipelines are made when first
// needed and kept.
//
// Thread-safety: none.
class RuleInstances {
 public:
  RuleInstances(const Model& model, base::Budget* budget);
  ~RuleInstances();

  // All bindings with which `rule` derives the fact `head` of its head's predicate, in a fixed
  // order.
  absl::StatusOr<std::vector<Binding>> Find(uint32_t rule, TupleView head);
  // All bindings of the body of the aggregate that is body literal `literal` of `rule`, for the
  // outer values in `outer`; in these the aggregate's own variables are set, and one value more is
  // the target's, if there is one.
  absl::StatusOr<std::vector<Binding>> FindInputs(uint32_t rule, uint32_t literal,
                                                  const Binding& outer);

 private:
  class Collector;
  struct Prepared;

  Prepared* PrepareRule(uint32_t rule);
  Prepared* PrepareInputs(uint32_t rule, uint32_t literal);
  // `variables`: how many values a binding has.
  std::unique_ptr<Prepared> Prepare(uint32_t rule, const Body& body, std::vector<Slot> bound,
                                    size_t variables);

  const Model& model_;
  base::Budget* budget_;
  std::vector<std::unique_ptr<Prepared>> rules_;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, std::unique_ptr<Prepared>> inputs_;
};

}  // namespace cartograph::rules
