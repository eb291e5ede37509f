// Program: a rule pack after checking and stratification, in the form that the engine plans from.
//
// What the analysis has done by the time a Program exists, so that the engine need not know the
// surface language:
//   - names are resolved to ids, types to ValueKinds, constants to Values of the program's
//   Interning;
//   - rules with several heads and disjunctions are split (the parts share `source_rule`);
//   - components are instantiated, inline relations substituted, `.include`s read;
//   - an aggregate, wherever it stood, is a literal of its own that binds a fresh variable; so is
//   range();
//   - every `_` of a positive atom is a fresh variable without a name; in a negated atom it stays a
//   wildcard;
//   - arguments of body atoms are variables, constants and, in negated atoms, wildcards: a functor
//   or record that stood
//     there is an equality of its own with a fresh variable; records of constants are constants;
//   - the body of a sum or mean that Soufflé takes over fewer variables than it has is the relation
//   of a generated predicate;
//   - every rule is safe: some order of its literals binds every variable before it is needed.
// Order of literals is as written; the planner chooses its own.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "rules/facts/predicate.h"
#include "rules/facts/symbol_table.h"
#include "rules/facts/value.h"
#include "rules/syntax/source.h"

namespace cartograph::rules {

// Functors of the language. Where a functor is defined for several kinds, Term::kind of the call
// says which.
enum class Functor : uint8_t {
  // number, unsigned, float
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kPower,
  kNegate,
  kMax,
  kMin,
  // number, unsigned
  kBitAnd,
  kBitOr,
  kBitXor,
  kBitNot,
  kShiftLeft,
  kShiftRight,
  kShiftRightUnsigned,
  kLogicalAnd,
  kLogicalOr,
  kLogicalXor,
  kLogicalNot,
  // symbol
  kCat,
  kStrlen,
  kSubstr,
  // conversions; Term::kind is the result, arguments[0].kind what is converted
  kToNumber,
  kToUnsigned,
  kToFloat,
  kToString,
};

struct Term {
  enum class Kind : uint8_t {
    kVariable,  // `variable`
    kWildcard,  // in negated atoms only: any value
    kConstant,  // `constant`
    kCall,      // `functor` over `arguments`
    kRecord,  // a record of `arguments`; for an algebraic type arguments[0] is the branch number, a
              // constant
  };
  Kind kind = Kind::kConstant;
  ValueKind value_kind = ValueKind::kNumber;
  uint32_t variable = 0;
  Value constant;
  Functor functor = Functor::kAdd;
  std::vector<Term> arguments;
};

struct Atom {
  PredicateId predicate{};
  std::vector<Term> arguments;
};

// Order comparisons of symbols compare their bytes; kContains and kMatch have the pattern on the
// left, as written.
enum class Comparison : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kMatch,
  kNotMatch,
  kContains,
  kNotContains,
  kTrue,
  kFalse,
};

enum class AggregateOp : uint8_t { kCount, kSum, kMin, kMax, kMean };

struct Aggregate;

struct Literal {
  enum class Kind : uint8_t {
    kAtom,        // `atom`
    kNegation,    // no fact matches `atom`
    kConstraint,  // `left` `comparison` `right`; an equality may bind a variable or take a record
                  // apart
    kAggregate,   // `aggregate`
    kRange,       // `result` runs over range(from, to[, step]) = `range`
  };
  Kind kind = Kind::kAtom;
  Atom atom;
  Comparison comparison = Comparison::kEqual;
  Term left;
  Term right;
  std::shared_ptr<const Aggregate> aggregate;
  uint32_t result = 0;      // kRange: the variable bound
  std::vector<Term> range;  // kRange: 2 or 3 terms
  SourceSpan span;
};

// `result` = op `target` : { `body` }, over the distinct bindings of all variables of `body` that
// are not `outer` (those of `_` in positive atoms among them). count and sum of nothing are 0; min,
// max and mean of nothing fail.
struct Aggregate {
  AggregateOp op = AggregateOp::kCount;
  ValueKind kind = ValueKind::kNumber;  // of the result
  uint32_t result = 0;                  // a variable of the rule
  std::optional<Term> target;           // absent for count
  std::vector<Literal> body;
  std::vector<uint32_t> outer;  // variables of `body` that the rest of the rule binds
};

struct Rule {
  uint32_t source_rule = 0;  // rules split from one written rule share it; dense, in order of text
  Atom head;
  std::vector<Literal> body;
  std::vector<std::string> variables;     // names by index; "" for a variable without a name
  std::vector<ValueKind> variable_kinds;  // by index
  std::vector<Annotation> annotations;
  std::string text;  // the written rule, white space as written
  SourceSpan span;
};

// `dominated <= dominating :- body.`: a fact that matches `dominated` is dropped when another fact
// of the same predicate matches `dominating` and `body` holds. Both atoms are of the same
// predicate.
struct Subsumption {
  Atom dominated;
  Atom dominating;
  std::vector<Literal> body;
  std::vector<std::string> variables;
  std::vector<ValueKind> variable_kinds;
  std::string text;
  SourceSpan span;
};

// Predicates evaluated together. Negation and aggregation look only at lower strata.
struct Stratum {
  std::vector<PredicateId> predicates;
  std::vector<uint32_t> rules;         // indexes in Program::rules
  std::vector<uint32_t> subsumptions;  // indexes in Program::subsumptions
  bool recursive = false;
};

// `.input`, `.output`, `.printsize`, `.limitsize` of the offline runner.
struct Directive {
  enum class Kind : uint8_t { kInput, kOutput, kPrintSize, kLimitSize };
  Kind kind = Kind::kInput;
  PredicateId predicate{};
  std::vector<std::pair<std::string, std::string>> parameters;  // filename, delimiter, IO, n, …
};

// A fact written in the program text.
struct GivenFact {
  PredicateId predicate{};
  Tuple values;
  SourceSpan span;
};

// Immutable once built. Invariants: 1. every id is in range; 2. every literal's kinds agree with
// its predicate's columns;
// 3. a predicate's stratum is above the strata of all it negates or aggregates, and not below any
// it uses.
struct Program {
  std::vector<SourceFile> sources;
  std::vector<Type> types;
  std::vector<Predicate> predicates;
  std::vector<Rule> rules;
  std::vector<Subsumption> subsumptions;
  std::vector<Stratum>
      strata;  // in evaluation order; base predicates stand in strata without rules
  std::vector<Directive> directives;
  std::vector<GivenFact> facts;
  std::shared_ptr<Interning> interning;  // owns the meaning of every constant above
  absl::flat_hash_map<std::string, PredicateId> predicate_by_name;

  const Predicate& predicate(PredicateId id) const { return predicates[Index(id)]; }
  // The predicate called `name`, or nothing.
  std::optional<PredicateId> Find(absl::string_view name) const;
  // The predicate name most like `name`, or "" when none is near: for error messages.
  std::string Nearest(absl::string_view name) const;
};

}  // namespace cartograph::rules
