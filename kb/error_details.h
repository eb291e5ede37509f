// Error details: what a Status carries for programs, as google.rpc messages in its payloads.
//
// The payload of a message stands under "type.googleapis.com/<its full name>" and holds its wire
// bytes: services wrap it in an Any as it is.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cartograph::kb {

// ErrorInfo.reason: stable, listed in docs/api.md. The domain is "cartograph".
inline constexpr char kReasonFieldViolations[] = "FIELD_VIOLATIONS";
inline constexpr char kReasonEntityNotFound[] = "ENTITY_NOT_FOUND";
inline constexpr char kReasonEntityExists[] = "ENTITY_EXISTS";
inline constexpr char kReasonEntityDeleted[] = "ENTITY_DELETED";
inline constexpr char kReasonEntityNotDeleted[] = "ENTITY_NOT_DELETED";
inline constexpr char kReasonReferenceMissing[] = "REFERENCE_MISSING";
inline constexpr char kReasonReferredTo[] = "REFERRED_TO";
inline constexpr char kReasonEtagMismatch[] = "ETAG_MISMATCH";
inline constexpr char kReasonPreconditionFailed[] = "PRECONDITION_FAILED";
inline constexpr char kReasonRevisionNotReached[] = "REVISION_NOT_REACHED";
inline constexpr char kReasonRevisionNotHeld[] = "REVISION_NOT_HELD";
inline constexpr char kReasonRulePackNotFound[] = "RULE_PACK_NOT_FOUND";
inline constexpr char kReasonLimitReached[] = "LIMIT_REACHED";
inline constexpr char kReasonRulesRefuse[] = "RULES_REFUSE";
inline constexpr char kReasonStubsWouldBreak[] = "STUBS_WOULD_BREAK";
inline constexpr char kReasonWritesRefused[] = "WRITES_REFUSED";

// One violation of google.rpc.PreconditionFailure.
struct PreconditionViolation {
  std::string type;     // "REFERENCE", "ETAG", "EXISTS", "REVISION", "VIOLATION"
  std::string subject;  // the entity
  std::string description;
};

// A status with an ErrorInfo.
absl::Status ErrorWithReason(absl::StatusCode code, absl::string_view message,
                             absl::string_view reason);

// Adds a google.rpc.PreconditionFailure to `status`.
absl::Status WithPreconditions(absl::Status status,
                               const std::vector<PreconditionViolation>& violations);

// Adds an ErrorInfo to a status that has none; OK stays OK.
absl::Status WithReason(absl::Status status, absl::string_view reason);

// The fields of a request that are wrong: all of them, up to a limit.
class Violations {
 public:
  explicit Violations(size_t violations_max = 100) : violations_max_(violations_max) {}

  void Add(std::string field, std::string description);

  bool empty() const { return violations_.empty(); }
  // "field: description", a line each: for tests and messages.
  std::string Dump() const;
  // OK when empty; else INVALID_ARGUMENT with ErrorInfo and google.rpc.BadRequest.
  absl::Status ToStatus() const;

 private:
  struct Violation {
    std::string field;
    std::string description;
  };
  const size_t violations_max_;
  std::vector<Violation> violations_;
  size_t left_out_ = 0;
};

}  // namespace cartograph::kb
