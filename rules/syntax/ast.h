// The syntax tree of rule text, exactly as written: no name is resolved, nothing is expanded.
//
// Nodes are plain values and never change once the parser has made them. Every node has the span it
// was written at. The tree's depth is bounded by CompileOptions::nesting_max, so functions over it
// may recurse.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "rules/syntax/source.h"

namespace cartograph::rules {

struct AggregateSyntax;

// An argument of an atom, or a side of a constraint.
struct TermSyntax {
  enum class Kind : uint8_t {
    kVariable,   // `text` is its name
    kUnnamed,    // _
    kString,     // `text` is its value
    kNumber,     // `text` as written, with the - that stood before it: its type depends on where it
                 // stands
    kUnsigned,   // `text` without the u
    kFloat,      // `text` as written
    kNil,        // nil
    kRecord,     // [arguments]
    kBranch,     // $text(arguments)
    kCast,       // as(arguments[0], text)
    kFunctor,    // `text` is the functor: "+", "cat", …; arguments
    kAggregate,  // `aggregate`
  };
  Kind kind = Kind::kUnnamed;
  std::string text;
  std::vector<TermSyntax> arguments;
  std::shared_ptr<const AggregateSyntax> aggregate;
  SourceSpan span;
  uint32_t depth = 1;  // of the tree below and including this node
  // The number of this term in its clause, in order of text: the index of its kind in
  // Clause::kinds. Given when rules are split into clauses; 0 in a parsed tree.
  uint32_t number = 0;
};

struct AtomSyntax {
  std::string name;  // qualified: "c.edge"
  std::vector<TermSyntax> arguments;
  SourceSpan span;
  SourceSpan name_span;
};

enum class ComparisonSyntax : uint8_t {
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

// The comparison that holds exactly when `comparison` does not.
ComparisonSyntax Negated(ComparisonSyntax comparison);

struct ConstraintSyntax {
  ComparisonSyntax comparison = ComparisonSyntax::kEqual;
  std::vector<TermSyntax> sides;  // two, or none for true and false
  SourceSpan span;
};

// A rule body, or a part of one.
struct BodySyntax {
  enum class Kind : uint8_t { kAtom, kConstraint, kNegation, kConjunction, kDisjunction };
  Kind kind = Kind::kConjunction;
  AtomSyntax atom;
  ConstraintSyntax constraint;
  std::vector<BodySyntax> parts;  // kNegation has one
  SourceSpan span;
};

// op target : { body }
struct AggregateSyntax {
  enum class Op : uint8_t { kCount, kSum, kMin, kMax, kMean };
  Op op = Op::kCount;
  std::vector<TermSyntax> target;  // none or one
  BodySyntax body;
  // The body as literals (atoms, negated atoms, constraints). Given when rules are split into
  // clauses.
  std::vector<BodySyntax> literals;
};

// @[name], @[name = value], @[name(key = value, …)]: key is "" for a lone value.
struct AnnotationSyntax {
  std::string name;
  std::vector<std::pair<std::string, std::string>> arguments;
  SourceSpan span;
};

// head, … :- body. A fact has no body. dominated <= dominating :- body. has two heads and
// `subsumption`.
struct RuleSyntax {
  std::vector<AtomSyntax> heads;
  std::optional<BodySyntax> body;
  bool subsumption = false;
  bool plan = false;  // a .plan follows, which is ignored
  std::vector<AnnotationSyntax> annotations;
  SourceSpan span;  // from the head to the final dot
};

// A column of a relation, a field of a record or branch.
struct FieldSyntax {
  std::string name;
  std::string type;
  SourceSpan span;
  SourceSpan type_span;
};

struct RelationSyntax {
  std::string name;
  std::vector<FieldSyntax> columns;
  std::vector<std::string> qualifiers;  // eqrel, inline, overridable, …, in order of text
  std::string doc;                      // the /// comment before it, lines joined with '\n'
  std::vector<AnnotationSyntax> annotations;
  SourceSpan span;
  SourceSpan name_span;
};

struct BranchSyntax {
  std::string name;
  std::vector<FieldSyntax> fields;
  SourceSpan span;
};

struct TypeSyntax {
  enum class Kind : uint8_t {
    kSubtype,    // <: names[0]
    kUnion,      // = names[0] | …; a single name is an alias
    kRecord,     // = [branches[0].fields]
    kAlgebraic,  // = branches
  };
  Kind kind = Kind::kSubtype;
  std::string name;
  std::vector<std::string> names;
  std::vector<SourceSpan> name_spans;  // of `names`
  std::vector<BranchSyntax> branches;
  std::string doc;
  std::vector<AnnotationSyntax> annotations;
  SourceSpan span;
  SourceSpan name_span;
};

struct DirectiveSyntax {
  enum class Kind : uint8_t { kInput, kOutput, kPrintSize, kLimitSize };
  Kind kind = Kind::kInput;
  std::vector<std::string> relations;
  std::vector<SourceSpan> relation_spans;
  std::vector<std::pair<std::string, std::string>> parameters;
  std::vector<SourceSpan> parameter_spans;  // of `parameters`
  SourceSpan span;
};

// name<arguments>: a component with its type parameters.
struct ComponentTypeSyntax {
  std::string name;
  std::vector<std::string> arguments;
  SourceSpan span;
};

// .init instance = type
struct InstanceSyntax {
  std::string name;
  ComponentTypeSyntax type;
  SourceSpan span;
};

struct IncludeSyntax {
  std::string path;
  SourceSpan span;
};

struct ComponentSyntax;

// The items of a file or of a component, in order of text within each kind.
struct ItemsSyntax {
  std::vector<TypeSyntax> types;
  std::vector<RelationSyntax> relations;
  std::vector<RuleSyntax> rules;
  std::vector<DirectiveSyntax> directives;
  std::vector<ComponentSyntax> components;
  std::vector<InstanceSyntax> instances;
  std::vector<std::pair<std::string, SourceSpan>> overrides;  // of a component
  std::vector<IncludeSyntax> includes;                        // of a file
  bool once = false;                                          // .once stands in this file
};

// Adds the items of `from` behind those of `to`.
void Append(ItemsSyntax from, ItemsSyntax* to);

struct ComponentSyntax {
  ComponentTypeSyntax type;
  std::vector<ComponentTypeSyntax> bases;
  ItemsSyntax items;
  SourceSpan span;
};

// Compact text of a tree, for tests: one line an item, prefix form, spans left out.
//   rule path(x,z) :- path(x,y), edge(y,z)   ⇒   (rule (path x z) (and (path x y) (edge y z)))
std::string Dump(const TermSyntax& term);
std::string Dump(const AtomSyntax& atom);
std::string Dump(const BodySyntax& body);
std::string Dump(const RuleSyntax& rule);
std::string Dump(const ItemsSyntax& items);

}  // namespace cartograph::rules
