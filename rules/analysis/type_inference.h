// TypeInference: the types of every variable and term of one clause, as Soufflé infers them.
//
// Each variable and term has a set of possible types, at first all. Constraints narrow the sets
// until nothing changes:
//   - an argument of a positive atom is a subtype of its column; of a head or negated atom, of the
//   column's kind only;
//   - both sides of a comparison have the same types;
//   - a constant is of its kind, an integer without a suffix of any numeric kind;
//   - the arguments and the result of an operator are of one kind; other functors have a signature;
//   - a record's parts are subtypes of its fields.
// Then what is still open is decided: an integer is a number if it may be, else unsigned, else
// float; a functor takes its first overload that fits. With that the sets are computed again, until
// no decision changes.
//
// Bounds: each pass is a worklist over the constraints; a set only shrinks. At most kPassesMax
// passes.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "rules/analysis/clause.h"
#include "rules/analysis/overloads.h"
#include "rules/analysis/schema.h"

namespace cartograph::rules {

// A set of types; every type when `all`.
struct TypeSet {
  bool all = true;
  std::vector<TypeRef> types;  // sorted

  bool empty() const { return !all && types.empty(); }
  bool known() const { return !all && !types.empty(); }
  friend bool operator==(const TypeSet&, const TypeSet&) = default;
};

class TypeInference {
 public:
  // REQUIRES: CheckNames found nothing wrong with the clause's rule.
  TypeInference(const Clause& clause, const Schema& schema);

  const TypeSet& TypesOf(const TermSyntax& term) const { return sets_[NodeOf(term)]; }
  // The kind that all possible types have; nothing when none is left or they differ.
  std::optional<ValueKind> KindOf(const TermSyntax& term) const;
  // Of a functor; null when none fits.
  const Overload* OverloadOf(const TermSyntax& term) const { return overloads_[term.number]; }

  // What an atom's column asked of a variable or term, for messages.
  struct Demand {
    TypeRef type;
    SourceSpan span;
    bool head = false;  // of the clause: it takes what the body gives
  };
  std::vector<Demand> DemandsOn(const TermSyntax& term) const;

 private:
  // `update` narrows sets and returns whether it changed one; it is run again when a set of `nodes`
  // changes.
  struct Constraint {
    std::vector<uint32_t> nodes;
    std::function<bool()> update;
  };

  uint32_t NodeOf(const TermSyntax& term) const;
  void NumberVariables();
  void Solve();
  void Collect();
  void CollectAtom(const AtomSyntax& atom, bool sink, bool head);
  void CollectLiterals(const std::vector<BodySyntax>& literals);
  void CollectTerm(const TermSyntax& term);
  void CollectFunctor(const TermSyntax& term);
  void CollectBranch(const TermSyntax& term);
  void CollectAggregate(const TermSyntax& term);
  void CollectNumber(const TermSyntax& term);
  void Propagate();

  void Below(const TermSyntax& term, TypeRef type);
  void BelowColumn(const TermSyntax& term, TypeRef type, SourceSpan span, bool head = false);
  void Same(const TermSyntax& a, const TermSyntax& b);
  void OfKinds(const TermSyntax& term, std::vector<ValueKind> kinds);
  void SameKind(const TermSyntax& a, const TermSyntax& b);
  void Part(const TermSyntax& part, const TermSyntax& record, size_t index);
  void FitsOverload(const TermSyntax& term);
  void Add(std::vector<const TermSyntax*> terms, std::function<bool()> update);

  TypeSet Meet(const TypeSet& a, const TypeSet& b) const;
  TypeSet Meet(const TypeSet& a, TypeRef type) const;
  TypeSet OfKind(const TypeSet& set, ValueKind kind) const;
  bool MayBe(uint32_t node, ValueKind kind) const;
  bool Update(uint32_t node, TypeSet set);
  bool UpdateSameKind(uint32_t a, uint32_t b);
  bool UpdatePart(uint32_t part, uint32_t record, size_t index);
  bool UpdateOverload(const TermSyntax& term, const std::vector<uint32_t>& arguments);

  bool Decide();
  bool DecideNumber(const TermSyntax& term);
  bool DecideFunctor(const TermSyntax& term);
  std::vector<const Overload*> Fitting(const TermSyntax& term) const;

  const Clause& clause_;
  const Schema& schema_;
  const TypeTable& types_;
  absl::flat_hash_map<std::string, uint32_t> variables_;  // their nodes stand behind those of terms
  std::vector<TypeSet> sets_;                             // by node
  std::vector<Constraint> constraints_;
  std::vector<std::vector<uint32_t>> watches_;     // by node: constraints to run again
  std::vector<std::vector<Demand>> demands_;       // by node
  std::vector<std::optional<ValueKind>> numbers_;  // by term number: decided kind of an integer
  std::vector<const Overload*> overloads_;         // by term number: decided overload
  std::vector<uint32_t> queue_;
  std::vector<bool> queued_;
};

}  // namespace cartograph::rules
