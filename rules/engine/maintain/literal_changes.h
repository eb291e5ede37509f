// LiteralChanges: how the bindings that satisfy a literal differ between two versions.

#pragma once

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "rules/engine/maintain/body_query.h"

namespace cartograph::rules {

// Turns changes of facts into changes of one literal's bindings.
//
//   p(x, 1, x)     the changed facts that match, as values of x
//   !p(x, _)       bindings for which a fact matches in one version only
//   n = count : …  groups whose value differs: those that a change of the body reaches are
//   evaluated
//                  in both versions, whatever the aggregate
// Constraints and ranges do not change.
class LiteralChanges {
 public:
  // REQUIRES: CanFollow(literal). `literal` outlives this.
  LiteralChanges(const Literal& literal, std::vector<ValueKind> variable_kinds, std::string where);
  ~LiteralChanges();

  // Whether changes of the literal can be found from those of its facts. Not so when an aggregate
  // depends on an outer variable that no atom of its body binds.
  static bool CanFollow(const Literal& literal);
  // The predicates whose changes matter.
  static void CollectPredicates(const Literal& literal, std::vector<PredicateId>* predicates);

  // The variables that a binding gives values to, in order.
  const std::vector<Slot>& variables() const { return variables_; }

  // Appends what the rows of `facts` that match the literal's atom give the variables.
  void Match(const RowList& facts, RowList* bindings) const;

  // Writes the changes, given those of all predicates, by id.
  absl::Status Find(const UpdateContext& context, const std::vector<RowChanges>& facts,
                    RowChanges* changes);

 private:
  struct Inner;

  void MakeNegation();
  void MakeAggregate();
  absl::Status FindNegation(const UpdateContext& context, const RowChanges& facts,
                            RowChanges* changes);
  absl::Status FindAggregate(const UpdateContext& context, const std::vector<RowChanges>& facts,
                             RowChanges* changes);
  // Rows of which only one of the queries, run for `rows`, answers.
  absl::Status Compare(const UpdateContext& context, const RowList& rows, RowChanges* changes);

  const Literal& literal_;
  const std::vector<ValueKind> kinds_;
  const std::string where_;
  std::vector<Slot> variables_;
  std::unique_ptr<BodyQuery> in_old_;  // what holds in a version, for a negation or aggregate
  std::unique_ptr<BodyQuery> in_new_;
  std::vector<std::unique_ptr<Inner>> inner_;  // of an aggregate's body
};

}  // namespace cartograph::rules
