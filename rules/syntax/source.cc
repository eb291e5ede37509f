#include "rules/syntax/source.h"

#include <algorithm>

namespace cartograph::rules {

LineColumn PlaceOf(absl::string_view text, uint32_t offset) {
  LineColumn place;
  size_t end = std::min<size_t>(offset, text.size());
  for (size_t i = 0; i < end; ++i) {
    unsigned char byte = static_cast<unsigned char>(text[i]);
    if (byte == '\n') {
      ++place.line;
      place.column = 1;
    } else if ((byte & 0xC0) != 0x80) {  // not a continuation byte: a new code point
      ++place.column;
    }
  }
  return place;
}

}  // namespace cartograph::rules
