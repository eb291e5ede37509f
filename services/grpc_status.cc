#include "services/grpc_status.h"

#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/error_reason.h"

namespace cartograph::services {
namespace {

constexpr absl::string_view kTypePrefix = "type.googleapis.com/";
constexpr char kErrorDomain[] = "cartograph";
constexpr size_t kMessageBytesMax = 1024;
constexpr size_t kDetailsBytesMax = 3072;

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

// A message fit for a header: of bounded length, cut between characters, without control
// characters.
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

// The payloads of `status`, in order of type (absl has none) but the ErrorInfo first: it is the
// last to be dropped.
void AddDetails(const absl::Status& status, google::rpc::Status* wire) {
  std::map<std::string, std::string> value_by_type;
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    value_by_type[std::string(type_url)] = std::string(payload);
  });
  auto add = [wire](const std::string& type, const std::string& value) {
    wire->add_details()->set_type_url(type);
    wire->mutable_details(wire->details_size() - 1)->set_value(value);
  };
  std::string info = TypeUrl(*google::rpc::ErrorInfo::descriptor());
  add(info, value_by_type[info]);
  value_by_type.erase(info);
  for (const auto& [type, value] : value_by_type) {
    add(type, value);
  }
}

// Drops the last half of the violations in `any`. False when it holds none.
template <typename T>
bool Halve(google::protobuf::RepeatedPtrField<T>* violations) {
  int keep = violations->size() / 2;
  bool halved = !violations->empty();
  violations->DeleteSubrange(keep, violations->size() - keep);
  return halved;
}

bool HalveViolations(google::protobuf::Any* any) {
  google::rpc::BadRequest request;
  google::rpc::PreconditionFailure failure;
  if (any->UnpackTo(&request) && Halve(request.mutable_field_violations())) {
    any->PackFrom(request);
    return true;
  }
  if (any->UnpackTo(&failure) && Halve(failure.mutable_violations())) {
    any->PackFrom(failure);
    return true;
  }
  return false;
}

// Shortens lists of violations, then drops details from the end, until `wire` fits.
void TrimToFit(google::rpc::Status* wire) {
  while (wire->ByteSizeLong() > kDetailsBytesMax && wire->details_size() > 0) {
    bool shortened = false;
    for (google::protobuf::Any& detail : *wire->mutable_details()) {
      shortened = HalveViolations(&detail) || shortened;
    }
    if (!shortened) {
      wire->mutable_details()->RemoveLast();
    }
  }
}

// The reason that a code stands for when the error names none.
const char* DefaultReason(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return kInvalidRequest;
    case absl::StatusCode::kNotFound:
      return kNotFound;
    case absl::StatusCode::kAlreadyExists:
      return kAlreadyExists;
    case absl::StatusCode::kFailedPrecondition:
      return kb::kReasonPreconditionFailed;
    case absl::StatusCode::kAborted:
      return kConflict;
    case absl::StatusCode::kOutOfRange:
      return kb::kReasonRevisionNotHeld;
    case absl::StatusCode::kResourceExhausted:
      return kb::kReasonLimitReached;
    case absl::StatusCode::kUnavailable:
      return kb::kReasonWritesRefused;
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
  AddDetails(kb::WithReason(status, DefaultReason(status.code())), &wire);
  TrimToFit(&wire);
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
  return info.has_value() ? info->reason() : DefaultReason(status.code());
}

absl::Status InvalidField(absl::string_view field, absl::string_view description) {
  kb::Violations violations;
  violations.Add(std::string(field), std::string(description));
  return violations.ToStatus();
}

absl::Status WithFieldsRewritten(absl::Status status,
                                 const std::function<std::string(absl::string_view)>& rewrite) {
  auto detail = PayloadOf<google::rpc::BadRequest>(status);
  if (!detail.has_value() || detail->field_violations_size() == 0) {
    return status;
  }
  std::string first = detail->field_violations(0).field();
  for (auto& violation : *detail->mutable_field_violations()) {
    violation.set_field(rewrite(violation.field()));
  }
  std::string message(status.message());
  if (absl::StartsWith(message, first)) {
    message = absl::StrCat(detail->field_violations(0).field(), message.substr(first.size()));
  }
  absl::Status rewritten(status.code(), message);
  status.ForEachPayload([&rewritten](absl::string_view type_url, const absl::Cord& payload) {
    rewritten.SetPayload(type_url, payload);
  });
  return WithDetail(std::move(rewritten), *detail);
}

}  // namespace cartograph::services
