// Reads whole files of rule text: declarations and clauses.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "clients/verify/rule_syntax.h"

namespace cartograph::verify {

struct TypeSyntax {
  std::string name;
  // Of a subtype its base, of a union its parts.
  std::vector<std::string> united;
  bool record = false;
  std::vector<std::string> fields;  // types of a record's fields
  Place place;
};

struct RelationSyntax {
  std::string name;
  std::vector<std::pair<std::string, std::string>> columns;  // name and type
  bool base = false;
  Place place;
};

struct ParsedRules {
  std::vector<TypeSyntax> types;
  std::vector<RelationSyntax> relations;
  std::vector<Clause> clauses;  // one for each head and way through a rule
};

// Adds what `text` holds to `rules`. INVALID_ARGUMENT for text that is wrong, UNIMPLEMENTED for a
// construct that the checker does not check; both with the place.
absl::Status ParseRuleText(const RuleText& text, ParsedRules* rules);

}  // namespace cartograph::verify
