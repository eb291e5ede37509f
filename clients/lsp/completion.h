// What could be written at a place of rule text.

#pragma once

#include <string>
#include <vector>

#include "clients/lsp/rule_index.h"

namespace cartograph::lsp {

struct Completion {
  // With the numbers of CompletionItemKind.
  enum class Kind {
    kFunctor = 3,
    kColumn = 5,
    kVariable = 6,
    kType = 7,
    kKeyword = 14,
    kRelation = 18
  };
  std::string text;
  Kind kind = Kind::kKeyword;
  std::string detail;  // one line
  std::string doc;
};

// At byte `offset` of file `file`: behind `:` types; behind `.` at the head of a line directives;
// inside of an atom the column that stands there, with the fields of its record; then variables of
// the rule, relations, functors and keywords. Editors choose by what is typed already.
std::vector<Completion> CompletionsAt(const RuleIndex& index, uint32_t file, size_t offset);

}  // namespace cartograph::lsp
