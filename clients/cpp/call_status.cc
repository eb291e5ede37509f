#include "clients/cpp/call_status.h"

#include <algorithm>
#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace cartograph::clients {
namespace {

absl::StatusCode CodeOf(grpc::StatusCode code) {
  bool known = code >= grpc::StatusCode::OK && code <= grpc::StatusCode::UNAUTHENTICATED;
  return known ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown;
}

template <typename Detail>
std::optional<Detail> PayloadOf(const absl::Status& status) {
  std::string type_url = absl::StrCat("type.googleapis.com/", Detail::descriptor()->full_name());
  auto payload = status.GetPayload(type_url);
  Detail detail;
  if (!payload.has_value() || !detail.ParseFromString(std::string(*payload))) {
    return std::nullopt;
  }
  return detail;
}

}  // namespace

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) {
    return absl::OkStatus();
  }
  absl::Status result(CodeOf(status.error_code()), status.error_message());
  google::rpc::Status wire;
  if (wire.ParseFromString(status.error_details())) {
    for (const google::protobuf::Any& detail : wire.details()) {
      result.SetPayload(detail.type_url(), absl::Cord(detail.value()));
    }
  }
  return result;
}

ErrorDetails DetailsOf(const absl::Status& status) {
  ErrorDetails details;
  if (auto info = PayloadOf<google::rpc::ErrorInfo>(status)) {
    details.reason = info->reason();
    details.metadata.assign(info->metadata().begin(), info->metadata().end());
    std::sort(details.metadata.begin(), details.metadata.end());
  }
  if (auto request = PayloadOf<google::rpc::BadRequest>(status)) {
    for (const auto& violation : request->field_violations()) {
      details.field_violations.push_back({violation.field(), violation.description()});
    }
  }
  if (auto failure = PayloadOf<google::rpc::PreconditionFailure>(status)) {
    for (const auto& violation : failure->violations()) {
      details.precondition_violations.push_back(
          {violation.type(), violation.subject(), violation.description()});
    }
  }
  return details;
}

}  // namespace cartograph::clients
