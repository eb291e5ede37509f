// FactSet: the facts of an export.

#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "clients/verify/rule_set.h"
#include "clients/verify/values.h"

namespace cartograph::verify {

using Tuple = std::vector<Value>;

struct Fact {
  uint32_t relation = 0;
  Tuple values;

  friend bool operator==(const Fact&, const Fact&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const Fact& fact) {
    return H::combine(std::move(state), fact.relation, fact.values);
  }
};

// Facts by number, by their values, and by the values of some of their columns.
//
// Thread-safety: none; Matching builds an index when it is first asked for some columns.
class FactSet {
 public:
  explicit FactSet(size_t relations) : by_relation_(relations), numbers_(relations) {}

  // The number of `fact`: as many as there were, or that of an equal one.
  uint32_t Add(Fact fact);
  size_t size() const { return facts_.size(); }
  const Fact& fact(uint32_t number) const { return facts_[number]; }
  std::optional<uint32_t> Find(uint32_t relation, const Tuple& values) const;
  // The facts of a relation, by number.
  const std::vector<uint32_t>& Of(uint32_t relation) const { return by_relation_[relation]; }
  // Those that have the values `key` in `columns`, which ascend and are not all. To be asked only
  // once all facts are there.
  const std::vector<uint32_t>& Matching(uint32_t relation, const std::vector<uint32_t>& columns,
                                        const Tuple& key);

 private:
  using Index = absl::flat_hash_map<Tuple, std::vector<uint32_t>>;

  std::vector<Fact> facts_;
  std::vector<std::vector<uint32_t>> by_relation_;
  std::vector<absl::flat_hash_map<Tuple, uint32_t>> numbers_;  // by relation
  absl::flat_hash_map<std::pair<uint32_t, std::vector<uint32_t>>, Index> indexes_;
};

// `live("evidence/F1")`.
std::string ToText(const Fact& fact, const RuleSet& rules, const Values& values);
// A value as rule text writes it; `type` is an index in RuleSet::types and says more of a record.
std::string ToText(Value value, Kind kind, uint32_t type, const RuleSet& rules,
                   const Values& values);

}  // namespace cartograph::verify
