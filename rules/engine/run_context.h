// RunContext: what the steps of a running pipeline share.

#pragma once

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "base/budget.h"
#include "re2/re2.h"
#include "rules/facts/symbol_table.h"

namespace cartograph::rules {

// One a pipeline; used by one thread at a time.
struct RunContext {
  Interning* interning = nullptr;
  base::Budget* budget = nullptr;
  std::string where;  // names the rule and its stratum in errors
  uint64_t round = 0;
  absl::flat_hash_map<std::string, std::unique_ptr<RE2>> patterns;  // compiled patterns of match()

  // Pays for `probes` bindings tried and says whether to go on.
  absl::Status Spend(uint64_t probes) const {
    budget->SpendProbes(probes);
    return budget->Check(where, round);
  }
  absl::Status Invalid(absl::string_view what) const {
    return absl::InvalidArgumentError(std::string(what) + " in " + where);
  }
};

}  // namespace cartograph::rules
