// Grounding: which variables and terms of a set of literals are bound, whatever the order of the
// literals.
//
// A least fixpoint: arguments of positive atoms, constants and aggregates are bound; an equality
// binds one side when the other is bound; a record binds its parts and the other way round; a
// functor or cast is bound when its arguments are.

#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "rules/analysis/clause.h"
#include "rules/syntax/ast.h"

namespace cartograph::rules {

class Grounding {
 public:
  enum class Treatment {
    kOpaque,   // the aggregate is bound; its body is not looked at
    kEnter,    // bound, and its body binds variables too
    kUnbound,  // not bound, and not looked at
  };
  using Treat = std::function<Treatment(const AggregateSyntax*)>;

  // The literals must outlive this object. Cost: linear in their terms.
  Grounding(const std::vector<BodySyntax>& literals, const Treat& treat);

  // Adds terms that bind nothing by standing where they do (of a head), so that IsBound may ask for
  // them.
  void AddTerms(const AtomSyntax& atom);

  bool IsBound(const std::string& variable) const;
  bool IsBound(const TermSyntax& term) const;
  // All bound variables.
  std::vector<std::string> BoundVariables() const;

 private:
  // Bound when `waiting` conditions are met.
  struct Implication {
    size_t waiting = 0;
    size_t node = 0;
  };

  void AddLiterals(const std::vector<BodySyntax>& literals);
  size_t AddTerm(const TermSyntax& term);
  void AddAggregate(const TermSyntax& term, size_t node);
  size_t NodeOf(const std::string& variable);
  size_t NewNode();
  void Bind(size_t node);
  void Imply(size_t from, size_t to) { Imply(std::vector<size_t>{from}, to); }
  void Imply(const std::vector<size_t>& from, size_t to);
  void Propagate();

  const Treat treat_;
  absl::flat_hash_map<std::string, size_t> variables_;
  absl::flat_hash_map<const TermSyntax*, size_t> terms_;
  std::vector<bool> bound_;
  std::vector<Implication> implications_;
  std::vector<std::vector<size_t>> watches_;  // by node: implications that wait for it
  std::vector<size_t> queue_;
};

}  // namespace cartograph::rules
