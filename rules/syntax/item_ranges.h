// Where the items of parsed rule text begin and end, in tokens. For the formatter, which works on
// tokens so that nothing an author wrote can be lost.

#pragma once

#include <cstddef>
#include <vector>

#include "rules/syntax/lexer.h"

namespace cartograph::rules {

enum class ItemKind {
  kAnnotation,  // @[…]
  kRule,        // a rule or fact
  kType,
  kRelation,
  kIo,         // .input, .output, .printsize, .limitsize
  kPlan,       // .plan, behind its rule
  kComponent,  // up to and including its `{`
  kInstance,
  kOther,  // .include, .once, .pragma, .override
};

// Tokens [begin, end).
struct ItemRange {
  ItemKind kind = ItemKind::kOther;
  size_t begin = 0;
  size_t end = 0;
};

// The item that begins at token `begin`. REQUIRES: the text parses, and an item begins there.
ItemRange ItemAt(const std::vector<Token>& tokens, size_t begin);

// Whether the dot at `index` stands within a qualified name.
bool IsQualifyingDot(const std::vector<Token>& tokens, size_t index);

}  // namespace cartograph::rules
