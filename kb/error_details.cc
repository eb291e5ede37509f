#include "kb/error_details.h"

#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/message.h"
#include "google/rpc/error_details.pb.h"

namespace cartograph::kb {
namespace {

std::string UrlOf(const google::protobuf::Message& detail) {
  return absl::StrCat("type.googleapis.com/", detail.GetDescriptor()->full_name());
}

void SetDetail(const google::protobuf::Message& detail, absl::Status* status) {
  status->SetPayload(UrlOf(detail), absl::Cord(detail.SerializeAsString()));
}

}  // namespace

absl::Status WithReason(absl::Status status, absl::string_view reason) {
  google::rpc::ErrorInfo info;
  if (status.ok() || status.GetPayload(UrlOf(info)).has_value()) {
    return status;
  }
  info.set_reason(std::string(reason));
  info.set_domain("cartograph");
  SetDetail(info, &status);
  return status;
}

absl::Status ErrorWithReason(absl::StatusCode code, absl::string_view message,
                             absl::string_view reason) {
  return WithReason(absl::Status(code, message), reason);
}

absl::Status WithPreconditions(absl::Status status,
                               const std::vector<PreconditionViolation>& violations) {
  google::rpc::PreconditionFailure failure;
  for (const PreconditionViolation& violation : violations) {
    auto* added = failure.add_violations();
    added->set_type(violation.type);
    added->set_subject(violation.subject);
    added->set_description(violation.description);
  }
  SetDetail(failure, &status);
  return status;
}

void Violations::Add(std::string field, std::string description) {
  if (violations_.size() >= violations_max_) {
    ++left_out_;
    return;
  }
  violations_.push_back({std::move(field), std::move(description)});
}

std::string Violations::Dump() const {
  std::string text;
  for (const Violation& violation : violations_) {
    absl::StrAppend(&text, violation.field, ": ", violation.description, "\n");
  }
  if (left_out_ > 0) {
    absl::StrAppend(&text, "and ", left_out_, " more\n");
  }
  return text;
}

absl::Status Violations::ToStatus() const {
  if (violations_.empty()) {
    return absl::OkStatus();
  }
  const Violation& first = violations_.front();
  std::string message = absl::StrCat(first.field, ": ", first.description);
  if (size_t others = violations_.size() - 1 + left_out_; others > 0) {
    absl::StrAppend(&message, " (and ", others, " more)");
  }
  google::rpc::BadRequest request;
  for (const Violation& violation : violations_) {
    auto* added = request.add_field_violations();
    added->set_field(violation.field);
    added->set_description(violation.description);
  }
  absl::Status status =
      ErrorWithReason(absl::StatusCode::kInvalidArgument, message, kReasonFieldViolations);
  SetDetail(request, &status);
  return status;
}

}  // namespace cartograph::kb
