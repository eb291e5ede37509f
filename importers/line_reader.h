// LineReader: the lines of a stream, with their numbers.

#pragma once

#include <cstdint>
#include <istream>
#include <string>

#include "absl/strings/string_view.h"

namespace cartograph::importers {

// Lines end in LF or CRLF; a byte order mark before the first is passed over.
class LineReader {
 public:
  // `in` outlives this.
  explicit LineReader(std::istream* in) : in_(*in) {}

  // Reads the next line into line(); false at the end. Without its line break.
  bool Next();
  // Makes the line come again: REQUIRES that Next() has given it.
  void Back() { back_ = true; }

  const std::string& line() const { return line_; }
  // From 1.
  uint64_t number() const { return number_; }

 private:
  std::istream& in_;
  std::string line_;
  uint64_t number_ = 0;
  bool back_ = false;
};

}  // namespace cartograph::importers
