#include "clients/lsp/frames.h"

#include <cstdint>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace cartograph::lsp {
namespace {

constexpr size_t kHeaderBytesMax = 4096;  // of all headers of one frame

absl::Status Ended() { return absl::OutOfRangeError("the stream ended"); }

// The next line without its end; counts its bytes off `bytes_left`.
absl::StatusOr<std::string> ReadHeaderLine(std::istream& in, size_t* bytes_left) {
  std::string line;
  for (char c = 0; in.get(c);) {
    if (c == '\n') {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      return line;
    }
    if ((*bytes_left)-- == 0) return absl::InvalidArgumentError("the headers are too long");
    line.push_back(c);
  }
  return Ended();
}

// The length that the headers give, up to and with the empty line behind them.
absl::StatusOr<uint64_t> ReadHeaders(std::istream& in) {
  std::optional<uint64_t> length;
  size_t bytes_left = kHeaderBytesMax;
  while (true) {
    absl::StatusOr<std::string> line = ReadHeaderLine(in, &bytes_left);
    if (!line.ok()) return line.status();
    if (line->empty()) break;
    const size_t colon = line->find(':');
    const absl::string_view name = absl::string_view(*line).substr(0, colon);
    if (!absl::EqualsIgnoreCase(name, "Content-Length")) continue;
    uint64_t number = 0;
    const absl::string_view value = absl::string_view(*line).substr(colon + 1);
    if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(value), &number)) {
      return absl::InvalidArgumentError(absl::StrCat("'", *line, "' is no length"));
    }
    length = number;
  }
  if (!length) return absl::InvalidArgumentError("a frame without Content-Length");
  return *length;
}

}  // namespace

absl::StatusOr<std::string> ReadFrame(std::istream& in) {
  absl::StatusOr<uint64_t> length = ReadHeaders(in);
  if (!length.ok()) return length.status();
  if (*length > kContentBytesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a message of ", *length, " bytes; at most ", kContentBytesMax));
  }
  std::string content(static_cast<size_t>(*length), '\0');
  if (!in.read(content.data(), static_cast<std::streamsize>(*length))) return Ended();
  return content;
}

void WriteFrame(const std::string& content, std::ostream& out) {
  out << "Content-Length: " << content.size() << "\r\n\r\n" << content << std::flush;
}

}  // namespace cartograph::lsp
