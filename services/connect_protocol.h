// The Connect protocol (connectrpc.com/docs/protocol), as far as it needs no network: formats,
// envelopes, errors.
//
// A unary call is a POST of one message with application/json or application/proto. A stream has
// application/connect+json or application/connect+proto, and every message in an envelope:
//
//   envelope  := flags length message
//   flags     := uint8: 0x02 for the last one, which holds the status as JSON, and no message
//   length    := uint32, big-endian, of the message

#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace cartograph::services {

// How the messages of a call are written.
struct ConnectFormat {
  bool json = false;
  bool stream = false;

  // "application/connect+json"
  std::string ContentType() const;
};

// The format that a Content-Type names; nothing for one that is not Connect's.
std::optional<ConnectFormat> FormatOf(absl::string_view content_type);

// Wire bytes of the message that `body` holds. `message` is an empty message of its type, for use.
// INVALID_ARGUMENT: malformed JSON, an unknown field.
absl::StatusOr<std::string> FromBody(const std::string& body, const ConnectFormat& format,
                                     google::protobuf::Message* message);
// The inverse. INTERNAL: the bytes are no such message, or one that JSON cannot say.
absl::StatusOr<std::string> ToBody(const std::string& bytes, const ConnectFormat& format,
                                   google::protobuf::Message* message);

// The one message of a stream's request. INVALID_ARGUMENT: none, several, a compressed one, or one
// whose length is not that of its bytes.
absl::StatusOr<std::string> OpenEnvelope(absl::string_view body);
std::string Envelope(absl::string_view message);
// The last envelope of a stream.
std::string EndOfStream(const absl::Status& status);

// {"code": "not_found", "message": …, "details": […]}: the body of a unary call that failed.
// REQUIRES: !status.ok().
std::string ErrorBody(const absl::Status& status);
// The HTTP status that goes with it.
unsigned HttpStatusOf(absl::StatusCode code);

// Milliseconds of a Connect-Timeout-Ms. INVALID_ARGUMENT unless it has 1 to 10 digits.
absl::StatusOr<std::chrono::milliseconds> TimeoutOf(absl::string_view header);

}  // namespace cartograph::services
