// Errors on their way to and from the wire.
//
// Inside, an error is an absl::Status whose payloads are google.rpc details under their type URLs
// (kb/error_details.h makes them). On the wire it is a grpc::Status whose binary details are a full
// google.rpc.Status: without code and message in there, clients in Go and TypeScript show an empty
// error.

#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/status.h"
#include "kb/error_details.h"

namespace cartograph::services {

// What the client gets: code, message, every google.rpc payload, and an ErrorInfo, which is derived
// from the code when `status` carries none.
//
// Bounds: clients take 8 KiB of trailers and show nothing of an error with more. So the message is
// cut at 1 KiB, and lists of violations are shortened until the details are at most 3 KiB.
grpc::Status ToGrpcStatus(const absl::Status& status);

// The inverse; details that are not a google.rpc.Status are left out.
absl::Status FromGrpcStatus(const grpc::Status& status);

// `status` with a google.rpc detail attached, in place of one of the same type. OK stays OK.
absl::Status WithDetail(absl::Status status, const google::protobuf::Message& detail);

// `status` with an ErrorInfo of `reason` (error_reason.h) in place of the one it has.
absl::Status WithReason(absl::Status status, absl::string_view reason,
                        const std::vector<std::pair<std::string, std::string>>& metadata = {});

// The reason that `status` carries or that its code stands for; "" for OK.
std::string ReasonOf(const absl::Status& status);

// INVALID_ARGUMENT with one field violation; `field` is a path in the request:
// "entity.disease.parents[0].parent". For several, collect them in kb::Violations.
absl::Status InvalidField(absl::string_view field, absl::string_view description);

// `status` with `rewrite` applied to the field of each of its violations: the path in what was
// handed on becomes the path in the request.
absl::Status WithFieldsRewritten(absl::Status status,
                                 const std::function<std::string(absl::string_view)>& rewrite);

}  // namespace cartograph::services
