// Which tokens of an item have a space before them in the canonical layout.

#pragma once

#include <vector>

#include "rules/syntax/item_ranges.h"

namespace cartograph::rules {

// By token of `item`, from its second on; the first entry means nothing.
std::vector<bool> SpacesBefore(const std::vector<Token>& tokens, const ItemRange& item);

}  // namespace cartograph::rules
