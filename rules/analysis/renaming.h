// Renaming of relations and types in a syntax tree.

#pragma once

#include <string>

#include "absl/container/flat_hash_map.h"
#include "rules/syntax/ast.h"

namespace cartograph::rules {

// What has a new name; all else keeps its own.
struct Renaming {
  absl::flat_hash_map<std::string, std::string> relations;
  absl::flat_hash_map<std::string, std::string> types;  // and branches of algebraic types

  void Relation(std::string* name) const;
  void Type(std::string* name) const;

  // Applied to what the tree refers to, and to the names that it declares.
  void Apply(TypeSyntax* type) const;
  void Apply(RelationSyntax* relation) const;
  void Apply(RuleSyntax* rule) const;
  void Apply(DirectiveSyntax* directive) const;

 private:
  void Apply(AtomSyntax* atom) const;
  void Apply(BodySyntax* body) const;
  void Apply(TermSyntax* term) const;
};

}  // namespace cartograph::rules
