// Simulations: what would follow from a change that nobody has made.

#pragma once

#include <memory>
#include <vector>

#include "cartograph/v1/change.pb.h"
#include "cartograph/v1/entity_service.pb.h"
#include "cartograph/v1/rule_service.pb.h"
#include "rules/compile.h"
#include "rules/facts/model.h"

namespace cartograph::kb {

// Mutations, other rules, or both.
struct Simulation {
  std::vector<v1::Mutation> mutations;
  const v1::RulePack* pack = nullptr;  // null: the rules stay
};

struct Simulated {
  // Null when the pack is wrong: the diagnostics say how.
  std::shared_ptr<const rules::Model> model;
  v1::ChangeRecord difference;            // the facts that would go and come, all of them
  rules::CompileResult compiled;          // of the pack
  std::vector<v1::RuleTestResult> tests;  // of the pack; they need not pass
};

}  // namespace cartograph::kb
