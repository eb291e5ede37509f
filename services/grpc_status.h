// Errors on their way to and from the wire.
//
// Inside, an error is an absl::Status whose payloads are google.rpc details under their type URLs.
// On the wire it is a grpc::Status whose binary details are a full google.rpc.Status: without code
// and message in there, clients in Go and TypeScript show an empty error.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/status.h"

namespace cartograph::services {

// What the client gets: code, message, every google.rpc payload, and an ErrorInfo, which is derived
// from the code when `status` carries none. Control characters in the message become spaces; it is
// cut at 4 KiB, where headers would break.
grpc::Status ToGrpcStatus(const absl::Status& status);

// The inverse; details that are not a google.rpc.Status are left out.
absl::Status FromGrpcStatus(const grpc::Status& status);

// `status` with a google.rpc detail attached. OK stays OK.
absl::Status WithDetail(absl::Status status, const google::protobuf::Message& detail);

// `status` with an ErrorInfo of `reason` (one of error_reason.h).
absl::Status WithReason(absl::Status status, absl::string_view reason,
                        const std::vector<std::pair<std::string, std::string>>& metadata = {});

// The reason that `status` carries or that its code stands for; "" for OK.
std::string ReasonOf(const absl::Status& status);

// Collects what is wrong with a request; the result names all of it.
//
// At most 50 violations are kept: a request with thousands must not grow its own error past a
// header's size.
class FieldViolations {
 public:
  // `field` is a path in the request: "entity.disease.parents[0].parent".
  void Add(absl::string_view field, absl::string_view description);
  bool empty() const { return violations_.empty(); }
  // OK when nothing was added; else INVALID_ARGUMENT with a BadRequest, its message the first
  // violation and the count of the others.
  absl::Status ToStatus() const;

 private:
  std::vector<std::pair<std::string, std::string>> violations_;
  size_t dropped_ = 0;
};

// One violation.
absl::Status InvalidField(absl::string_view field, absl::string_view description);

}  // namespace cartograph::services
