// Source text of rules, and places in it.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cartograph::rules {

// One file of rule text.
struct SourceFile {
  std::string path;  // as the author names it; shown in diagnostics
  std::string text;  // UTF-8
};

// Bytes [begin, end) of the file with index `file` in the list given to Compile.
struct SourceSpan {
  uint32_t file = 0;
  uint32_t begin = 0;
  uint32_t end = 0;

  friend bool operator==(const SourceSpan&, const SourceSpan&) = default;
};

// A place as people count: both 1-based; the column counts Unicode code points.
struct LineColumn {
  uint32_t line = 1;
  uint32_t column = 1;
};

// The place of byte `offset` in `text`; an offset past the end is the end.
LineColumn PlaceOf(absl::string_view text, uint32_t offset);

}  // namespace cartograph::rules
