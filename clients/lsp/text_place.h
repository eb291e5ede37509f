// Places in text as the protocol counts them: lines and UTF-16 code units, both from 0.

#pragma once

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "clients/lsp/json.h"
#include "rules/syntax/source.h"

namespace cartograph::lsp {

// {"line", "character"} of byte `offset`; an offset past the end is the end.
Json PositionOf(absl::string_view text, size_t offset);
Json RangeOf(absl::string_view text, rules::SourceSpan span);

// The byte of `position`; past the end of a line it is the end of the line, past the text that of
// the text.
size_t OffsetOf(absl::string_view text, const Json& position);

// "file:///a%20b.dl" as "/a b.dl"; another URI as it stands.
std::string PathOf(absl::string_view uri);
std::string UriOf(absl::string_view path);

}  // namespace cartograph::lsp
