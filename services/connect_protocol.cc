#include "services/connect_protocol.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "google/protobuf/util/json_util.h"
#include "nlohmann/json.hpp"

namespace cartograph::services {
namespace {

using google::protobuf::Message;
using google::protobuf::util::JsonStringToMessage;
using google::protobuf::util::MessageToJsonString;
using Json = nlohmann::ordered_json;

constexpr size_t kPrefixBytes = 5;
constexpr uint8_t kCompressed = 0x01;
constexpr uint8_t kEndOfStream = 0x02;
constexpr char kTypePrefix[] = "type.googleapis.com/";
constexpr size_t kTimeoutDigitsMax = 10;

// What Connect calls a code, and HTTP.
struct CodeNames {
  absl::string_view name;
  unsigned http;
};

CodeNames NamesOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kCancelled:
      return {"canceled", 499};
    case absl::StatusCode::kInvalidArgument:
      return {"invalid_argument", 400};
    case absl::StatusCode::kDeadlineExceeded:
      return {"deadline_exceeded", 504};
    case absl::StatusCode::kNotFound:
      return {"not_found", 404};
    case absl::StatusCode::kAlreadyExists:
      return {"already_exists", 409};
    case absl::StatusCode::kPermissionDenied:
      return {"permission_denied", 403};
    case absl::StatusCode::kResourceExhausted:
      return {"resource_exhausted", 429};
    case absl::StatusCode::kFailedPrecondition:
      return {"failed_precondition", 400};
    case absl::StatusCode::kAborted:
      return {"aborted", 409};
    case absl::StatusCode::kOutOfRange:
      return {"out_of_range", 400};
    case absl::StatusCode::kUnimplemented:
      return {"unimplemented", 501};
    case absl::StatusCode::kInternal:
      return {"internal", 500};
    case absl::StatusCode::kUnavailable:
      return {"unavailable", 503};
    case absl::StatusCode::kDataLoss:
      return {"data_loss", 500};
    case absl::StatusCode::kUnauthenticated:
      return {"unauthenticated", 401};
    default:
      return {"unknown", 500};
  }
}

Json ErrorOf(const absl::Status& status) {
  Json error = {{"code", std::string(NamesOf(status.code()).name)},
                {"message", std::string(status.message())}};
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    const std::string value = absl::Base64Escape(std::string(payload));
    error["details"].push_back(
        {{"type", std::string(absl::StripPrefix(url, kTypePrefix))},
         {"value", std::string(absl::StripSuffix(absl::StripSuffix(value, "="), "="))}});
  });
  return error;
}

std::string TextOf(const Json& json) {
  return json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

std::string WithPrefix(uint8_t flags, absl::string_view message) {
  std::string envelope(1, static_cast<char>(flags));
  for (int shift = 24; shift >= 0; shift -= 8) {
    envelope.push_back(static_cast<char>((message.size() >> shift) & 0xFF));
  }
  absl::StrAppend(&envelope, message);
  return envelope;
}

}  // namespace

std::string ConnectFormat::ContentType() const {
  return absl::StrCat("application/", stream ? "connect+" : "", json ? "json" : "proto");
}

std::optional<ConnectFormat> FormatOf(absl::string_view content_type) {
  const size_t parameters = content_type.find(';');  // "; charset=utf-8"
  const std::string type =
      absl::AsciiStrToLower(absl::StripAsciiWhitespace(content_type.substr(0, parameters)));
  for (const bool stream : {false, true}) {
    for (const bool json : {false, true}) {
      const ConnectFormat format{json, stream};
      if (type == format.ContentType()) {
        return format;
      }
    }
  }
  return std::nullopt;
}

absl::StatusOr<std::string> FromBody(const std::string& body, const ConnectFormat& format,
                                     Message* message) {
  if (!format.json) {
    return body;
  }
  const auto parsed = JsonStringToMessage(body.empty() ? "{}" : body, message);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("the request is not a ", message->GetTypeName(),
                                                   " in JSON: ", parsed.message().ToString()));
  }
  return message->SerializeAsString();
}

absl::StatusOr<std::string> ToBody(const std::string& bytes, const ConnectFormat& format,
                                   Message* message) {
  if (!format.json) {
    return bytes;
  }
  std::string text;
  if (!message->ParseFromString(bytes) || !MessageToJsonString(*message, &text).ok()) {
    return absl::InternalError(
        absl::StrCat("the response cannot be written as a ", message->GetTypeName(), " in JSON"));
  }
  return text;
}

absl::StatusOr<std::string> OpenEnvelope(absl::string_view body) {
  if (body.size() < kPrefixBytes) {
    return absl::InvalidArgumentError("the stream's request holds no envelope");
  }
  if (static_cast<uint8_t>(body[0]) & kCompressed) {
    return absl::InvalidArgumentError("the request is compressed, which this server does not take");
  }
  size_t length = 0;
  for (size_t i = 1; i < kPrefixBytes; ++i) {
    length = length << 8 | static_cast<uint8_t>(body[i]);
  }
  if (body.size() != kPrefixBytes + length) {
    return absl::InvalidArgumentError(
        absl::StrCat("the stream's request has an envelope of ", length, " bytes and ",
                     body.size() - kPrefixBytes, " bytes in it; one message is wanted"));
  }
  return std::string(body.substr(kPrefixBytes));
}

std::string Envelope(absl::string_view message) { return WithPrefix(0, message); }

std::string EndOfStream(const absl::Status& status) {
  Json end = Json::object();
  if (!status.ok()) {
    end["error"] = ErrorOf(status);
  }
  return WithPrefix(kEndOfStream, TextOf(end));
}

std::string ErrorBody(const absl::Status& status) { return TextOf(ErrorOf(status)); }

unsigned HttpStatusOf(absl::StatusCode code) { return NamesOf(code).http; }

absl::StatusOr<std::chrono::milliseconds> TimeoutOf(absl::string_view header) {
  uint64_t milliseconds = 0;
  if (header.size() > kTimeoutDigitsMax || !absl::SimpleAtoi(header, &milliseconds)) {
    return absl::InvalidArgumentError(
        absl::StrCat("Connect-Timeout-Ms is a number of at most ", kTimeoutDigitsMax, " digits"));
  }
  return std::chrono::milliseconds(milliseconds);
}

}  // namespace cartograph::services
