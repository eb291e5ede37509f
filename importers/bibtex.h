// BibTeX, and as much of BibLaTeX as names the same things.

#pragma once

#include <istream>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "importers/formats.h"
#include "importers/record.h"

namespace cartograph::importers {

// Reads the entries. @string is followed, @comment and @preamble are passed over, and so is what
// stands between entries, as BibTeX has it.
std::unique_ptr<RecordReader> OpenBibtex(std::istream* in, const ReadOptions& options);

bool LooksLikeBibtex(absl::string_view head);

// Text without TeX: braces go, accents become letters ("{\'e}" is "é"), ~ a blank, -- a dash. A
// command that is not known stays.
std::string PlainTex(absl::string_view text);

}  // namespace cartograph::importers
