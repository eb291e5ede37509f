// Errors of calls: what travels as google.rpc.Status, as absl::Status.

#pragma once

#include <grpcpp/support/status.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace cartograph::clients {

// A field of the request that is wrong.
struct FieldViolation {
  std::string field;  // path in the request: "entity.disease.parents[0].parent"
  std::string description;
};

// A part of the state that forbids the request.
struct PreconditionViolation {
  std::string type;     // "REFERENCE", "ETAG", "EXISTS"
  std::string subject;  // the entity
  std::string description;
};

// What an error says beyond its message; all empty where the server sent no details.
struct ErrorDetails {
  std::string reason;                                         // a constant of docs/api.md
  std::vector<std::pair<std::string, std::string>> metadata;  // sorted by key
  std::vector<FieldViolation> field_violations;
  std::vector<PreconditionViolation> precondition_violations;
};

// The same code and message, and each detail as a payload under its type URL. A code that is not
// one of gRPC's is UNKNOWN.
absl::Status FromGrpcStatus(const grpc::Status& status);

// Reads the payloads that FromGrpcStatus left; those of unknown type, or that do not parse, are
// passed over.
ErrorDetails DetailsOf(const absl::Status& status);

}  // namespace cartograph::clients
