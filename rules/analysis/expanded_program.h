// ExpandedProgram: the items of all sources after includes are read and components instantiated.
// Names are qualified by their instance ("flow.edge"); nothing else has changed since the parser.

#pragma once

#include <cstddef>
#include <vector>

#include "rules/syntax/ast.h"

namespace cartograph::rules {

struct ExpandedProgram {
  std::vector<TypeSyntax> types;
  std::vector<RelationSyntax> relations;  // those of the base schema first
  size_t base_relations = 0;              // how many of them
  std::vector<RuleSyntax> rules;
  std::vector<DirectiveSyntax> directives;
};

}  // namespace cartograph::rules
