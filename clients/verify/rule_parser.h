// Reads whole files of rule text: declarations, components and clauses.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "clients/verify/rule_syntax.h"

namespace cartograph::verify {

struct BranchSyntax {
  std::string name;                 // "" of a record
  std::vector<std::string> fields;  // their types
};

struct TypeSyntax {
  std::string name;
  // Of a subtype its base, of a union its parts.
  std::vector<std::string> united;
  std::vector<BranchSyntax> branches;  // of a record one
  bool algebraic = false;
  Place place;
};

struct RelationSyntax {
  std::string name;
  std::vector<std::pair<std::string, std::string>> columns;  // name and type
  bool base = false;
  bool equivalence = false;
  bool inlined = false;
  Place place;
};

// "Graph<number>": a component with what stands for its parameters, or its parameters.
struct ComponentName {
  std::string name;
  std::vector<std::string> arguments;
};

struct InstanceSyntax {
  std::string name;
  ComponentName of;
  Place place;
};

struct ComponentSyntax;

struct ParsedRules {
  std::vector<TypeSyntax> types;
  std::vector<RelationSyntax> relations;
  std::vector<Clause> clauses;       // one for each head and way through a rule
  std::vector<Clause> subsumptions;  // one for each way
  std::vector<ComponentSyntax> components;
  std::vector<InstanceSyntax> instances;
  std::vector<std::string> overrides;  // of a component: relations
};

struct ComponentSyntax {
  ComponentName name;
  std::vector<ComponentName> bases;
  ParsedRules items;
};

// Adds what `text` holds to `rules`. INVALID_ARGUMENT for text that is wrong, UNIMPLEMENTED for a
// construct that the checker does not check; both with the place.
absl::Status ParseRuleText(const RuleText& text, ParsedRules* rules);

}  // namespace cartograph::verify
