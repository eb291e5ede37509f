// RuleChanges: the instances of a rule that appear and disappear, and the instances of given heads.

#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "rules/engine/maintain/literal_changes.h"

namespace cartograph::rules {

// How a change of one literal is joined with the others.
enum class Others : uint8_t {
  kSplit,  // those before it in the new version, those after it in the old: over all literals, each
           // instance that appears or disappears is met exactly once
  kOld,
  kNew,
};

// The queries of one rule, made when first needed.
//
// Answers are rows of the head's columns (as stored), followed by the columns of the premises: the
// atoms of the rule's own stratum, in order of the body, where the caller asked for them.
class RuleChanges {
 public:
  // `own`: by predicate, whether it belongs to the rule's stratum. `premises`: whether answers hold
  // them. `all_bindings`: an answer for each instance, else at least one for each head.
  struct Options {
    std::vector<bool> own;
    bool premises = false;
    bool all_bindings = false;
  };

  RuleChanges(const Program& program, uint32_t rule, size_t stratum, const Options& options);
  ~RuleChanges();

  static bool CanFollow(const Rule& rule);

  PredicateId head() const { return rule_.head.predicate; }
  // The predicates of the premises, in order.
  const std::vector<PredicateId>& premises() const { return premises_; }
  // Whether the facts of a predicate with changes stand in the body.
  bool IsAffected(const std::vector<RowChanges>& facts) const;

  // What sign an answer has: −1 for what is lost, 1 for what is gained.
  using Take = std::function<absl::Status(const RowList& answers, int sign)>;
  // The instances lost and gained by changes of literals of lower strata.
  absl::Status FromBelow(const UpdateContext& context, const std::vector<RowChanges>& facts,
                         Others others, bool lost, bool gained, const Take& take);
  // The instances with one of `rows`, facts of `predicate`, as a premise.
  absl::Status FromPremises(const UpdateContext& context, PredicateId predicate,
                            const RowList& rows, const BodyQuery::Take& take);
  // The instances, in the new version, of the heads `rows`.
  absl::Status OfHeads(const UpdateContext& context, const RowList& rows,
                       const BodyQuery::Take& take);
  // All instances in the old version; those of one page of the head's relation come together where
  // that can be had.
  absl::Status All(const UpdateContext& context, const BodyQuery::Take& take);

 private:
  struct Step;

  BodyQuery* QueryFrom(Step* step, Others others);
  BodyQuery::Question MakeQuestion() const;
  std::optional<BodyQuery::Scan> ScanByKey(const Versions& versions) const;

  const Rule& rule_;
  const Options options_;
  const std::string where_;
  std::vector<PredicateId> premises_;
  std::vector<Term> wanted_;
  std::vector<PredicateId> predicates_;  // of the body
  std::vector<std::unique_ptr<Step>> steps_;
  std::unique_ptr<BodyQuery> of_heads_;
  std::unique_ptr<BodyQuery> all_;
};

}  // namespace cartograph::rules
