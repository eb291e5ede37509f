// Inline relations written out.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/verify/rule_set.h"

namespace cartograph::verify {

// Puts what defines inline relations in place of their atoms.
class Inliner {
 public:
  // `clauses`, scopes resolved, without those of inline relations and without atoms of such: a
  // clause for each way to replace them. What `clauses` define is kept for further calls.
  // INVALID_ARGUMENT when there are too many ways. REQUIRES: `rules` has all relations and types.
  absl::StatusOr<std::vector<Clause>> WriteOut(const RuleSet& rules, std::vector<Clause> clauses);

 private:
  using Body = std::vector<Literal>;

  // Adds the ways to write `clause` out to `done`.
  absl::Status WriteOut(const RuleSet& rules, Clause clause, std::vector<Clause>* done);
  // The versions of `clause` with literal `index` replaced.
  std::vector<Clause> Replace(const RuleSet& rules, const Clause& clause, size_t index);
  // Gives names to `_` and to what must be taken once, an aggregate or a range; each with what it
  // is equal to.
  Body NameArguments(Atom* atom);
  Clause Renamed(Clause definition);
  std::vector<Body> Bodies(const Relation& relation, const RuleSet& rules, const Atom& atom);
  std::vector<Body> NegatedBodies(const Relation& relation, const RuleSet& rules, const Atom& atom);

  std::map<std::string, std::vector<Clause>> definitions_;  // by relation
  size_t names_ = 0;
  size_t replacements_ = 0;
};

}  // namespace cartograph::verify
