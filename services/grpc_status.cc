#include "services/grpc_status.h"

#include <algorithm>
#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/error_reason.h"

namespace cartograph::services {
namespace {

constexpr absl::string_view kTypePrefix = "type.googleapis.com/";
constexpr size_t kMessageBytesMax = 4096;
constexpr size_t kViolationsMax = 50;

std::string TypeUrl(const google::protobuf::Descriptor& type) {
  return absl::StrCat(kTypePrefix, type.full_name());
}

// The payload of type `T`, if `status` carries one that decodes.
template <typename T>
std::optional<T> PayloadOf(const absl::Status& status) {
  auto payload = status.GetPayload(TypeUrl(*T::descriptor()));
  T detail;
  if (!payload.has_value() || !detail.ParseFromString(std::string(*payload))) {
    return std::nullopt;
  }
  return detail;
}

// A message fit for a header: one line of bounded length, cut between characters.
std::string HeaderText(absl::string_view message) {
  size_t end = std::min(message.size(), kMessageBytesMax);
  while (end > 0 && end < message.size() && (message[end] & 0xC0) == 0x80) {
    --end;
  }
  std::string text(message.substr(0, end));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
      c = ' ';
    }
  }
  return text;
}

const char* PreconditionReason(const absl::Status& status) {
  auto failure = PayloadOf<google::rpc::PreconditionFailure>(status);
  if (failure.has_value() && failure->violations_size() > 0 &&
      failure->violations(0).type() == "REFERENCE") {
    return kReferenceViolation;
  }
  return kPreconditionFailed;
}

const char* AbortedReason(const absl::Status& status) {
  auto failure = PayloadOf<google::rpc::PreconditionFailure>(status);
  if (failure.has_value() && failure->violations_size() > 0 &&
      failure->violations(0).type() != "ETAG") {
    return kConflict;
  }
  return kEtagMismatch;
}

// The reason that a code stands for when the error names none.
const char* DefaultReason(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return PayloadOf<google::rpc::BadRequest>(status).has_value() ? kFieldViolation
                                                                    : kInvalidRequest;
    case absl::StatusCode::kNotFound:
      return kNotFound;
    case absl::StatusCode::kAlreadyExists:
      return kAlreadyExists;
    case absl::StatusCode::kFailedPrecondition:
      return PreconditionReason(status);
    case absl::StatusCode::kAborted:
      return AbortedReason(status);
    case absl::StatusCode::kOutOfRange:
      return kRevisionNotHeld;
    case absl::StatusCode::kResourceExhausted:
      return kLimitExceeded;
    case absl::StatusCode::kUnavailable:
      return kUnavailable;
    case absl::StatusCode::kUnauthenticated:
      return kUnauthenticated;
    case absl::StatusCode::kPermissionDenied:
      return kPermissionDenied;
    case absl::StatusCode::kCancelled:
      return kCancelled;
    case absl::StatusCode::kDeadlineExceeded:
      return kDeadlineExceeded;
    case absl::StatusCode::kUnimplemented:
      return kUnimplemented;
    case absl::StatusCode::kDataLoss:
      return kDataLoss;
    default:
      return kInternal;
  }
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) {
    return grpc::Status::OK;
  }
  google::rpc::Status wire;
  wire.set_code(static_cast<int>(status.code()));
  wire.set_message(HeaderText(status.message()));
  absl::Status complete = PayloadOf<google::rpc::ErrorInfo>(status).has_value()
                              ? status
                              : WithReason(status, DefaultReason(status));
  complete.ForEachPayload([&wire](absl::string_view type_url, const absl::Cord& payload) {
    google::protobuf::Any* detail = wire.add_details();
    detail->set_type_url(std::string(type_url));
    detail->set_value(std::string(payload));
  });
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), wire.message(),
                      wire.SerializeAsString());
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  google::rpc::Status wire;
  if (!wire.ParseFromString(status.error_details())) {
    return result;
  }
  for (const google::protobuf::Any& detail : wire.details()) {
    result.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return result;
}

absl::Status WithDetail(absl::Status status, const google::protobuf::Message& detail) {
  status.SetPayload(TypeUrl(*detail.GetDescriptor()), absl::Cord(detail.SerializeAsString()));
  return status;
}

absl::Status WithReason(absl::Status status, absl::string_view reason,
                        const std::vector<std::pair<std::string, std::string>>& metadata) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain(kErrorDomain);
  for (const auto& [key, value] : metadata) {
    (*info.mutable_metadata())[key] = value;
  }
  return WithDetail(std::move(status), info);
}

std::string ReasonOf(const absl::Status& status) {
  if (status.ok()) {
    return "";
  }
  auto info = PayloadOf<google::rpc::ErrorInfo>(status);
  return info.has_value() ? info->reason() : DefaultReason(status);
}

void FieldViolations::Add(absl::string_view field, absl::string_view description) {
  if (violations_.size() == kViolationsMax) {
    ++dropped_;
    return;
  }
  violations_.emplace_back(std::string(field), std::string(description));
}

absl::Status FieldViolations::ToStatus() const {
  if (violations_.empty()) {
    return absl::OkStatus();
  }
  google::rpc::BadRequest detail;
  for (const auto& [field, description] : violations_) {
    auto* violation = detail.add_field_violations();
    violation->set_field(field);
    violation->set_description(description);
  }
  const auto& [field, description] = violations_.front();
  std::string message = absl::StrCat(field, ": ", description);
  size_t others = violations_.size() + dropped_ - 1;
  if (others > 0) {
    absl::StrAppend(&message, " (and ", others, " more)");
  }
  return WithDetail(absl::InvalidArgumentError(message), detail);
}

absl::Status InvalidField(absl::string_view field, absl::string_view description) {
  FieldViolations violations;
  violations.Add(field, description);
  return violations.ToStatus();
}

}  // namespace cartograph::services
