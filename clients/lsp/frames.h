// Frames of the Language Server Protocol: how messages follow each other on a stream.
//
//   frame  := header+ "\r\n" content          content is Content-Length bytes of JSON
//   header := name ": " value "\r\n"          "\n" alone also ends a line

#pragma once

#include <cstddef>
#include <istream>
#include <ostream>
#include <string>

#include "absl/status/statusor.h"

namespace cartograph::lsp {

// Of one message: far more than an editor sends for rule text, of which a file has at most 1 MiB.
inline constexpr size_t kContentBytesMax = 16 << 20;

// The content of the next frame. Errors: OUT_OF_RANGE at the end of the stream; INVALID_ARGUMENT
// for a frame without a usable length, and RESOURCE_EXHAUSTED for one that is too long: where the
// next one begins is then unknown.
absl::StatusOr<std::string> ReadFrame(std::istream& in);

void WriteFrame(const std::string& content, std::ostream& out);

}  // namespace cartograph::lsp
