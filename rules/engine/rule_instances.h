// RuleInstances: the ways in which rules derive a fact of a complete model.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "base/budget.h"
#include "rules/engine/pipeline.h"
#include "rules/engine/query.h"
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
  // Bindings under which the body literals `literals` of `rule` hold, and its head is as `head`
  // binds it as far as they say, at most `limit` of them. Values that nothing binds are not set.
  // REQUIRES: in their order each literal finds bound what it needs.
  absl::StatusOr<std::vector<Binding>> FindPartly(uint32_t rule,
                                                  const std::vector<uint32_t>& literals,
                                                  const Pattern& head, size_t limit);
  // The facts that `rule` derives with the help of `fact`: as a premise, or as one of the facts
  // that an aggregate is over. Repeats are left in.
  absl::StatusOr<std::vector<Tuple>> FindHeads(uint32_t rule, const Fact& fact);
  // The predicates that the body of `rule` reads, aggregates included, each once; negated ones are
  // not read.
  static std::vector<PredicateId> ReadBy(const Rule& rule);

 private:
  class Collector;
  struct Prepared;

  Prepared* PrepareRule(uint32_t rule);
  Prepared* PrepareInputs(uint32_t rule, uint32_t literal);
  // Where a fact may stand in a rule: body literal, and literal inside if that is an aggregate.
  struct Place {
    uint32_t rule = 0;
    uint32_t literal = 0;
    std::optional<uint32_t> inside;

    auto operator<=>(const Place&) const = default;
  };
  absl::Status AddHeads(const Place& place, const Fact& fact, std::vector<Tuple>* heads);
  std::unique_ptr<Prepared> PrepareHeads(const Place& place, const Fact& fact);
  // `variables`: how many values a binding has.
  std::unique_ptr<Prepared> Prepare(uint32_t rule, const Body& body, std::vector<Slot> bound,
                                    size_t variables, size_t limit = SIZE_MAX);

  const Model& model_;
  base::Budget* budget_;
  std::vector<std::unique_ptr<Prepared>> rules_;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, std::unique_ptr<Prepared>> inputs_;
  std::map<Place, std::unique_ptr<Prepared>> heads_;
};

}  // namespace cartograph::rules
