// SentenceAround: the sentence that a phrase stands in, for a reader.

#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "kb/code_points.h"

namespace cartograph::kb {

// The text around `phrase` up to where a sentence, a line, a markup tag or a JSON string begins and
// ends, without the white space at its ends. A sentence ends at . ! or ? before white space that no
// lower-case letter follows, and at 。！？. A guess: an abbreviation before a capital ends it too
// early. At most 1000 bytes on either side of the phrase.
//
// REQUIRES: `text` is UTF-8 and `phrase` lies in it, on code points.
std::string SentenceAround(absl::string_view text, ByteRange phrase);

}  // namespace cartograph::kb
