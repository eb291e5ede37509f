// The reasons that ErrorInfo carries, for programs. docs/api.md lists them; a reason is never
// renamed.

#pragma once

namespace cartograph::services {

inline constexpr char kErrorDomain[] = "cartograph";

// INVALID_ARGUMENT
inline constexpr char kInvalidRequest[] = "INVALID_REQUEST";
inline constexpr char kFieldViolation[] = "FIELD_VIOLATION";  // a BadRequest says which fields
inline constexpr char kUnknownField[] = "UNKNOWN_FIELD";      // the client is newer than the server
inline constexpr char kPageTokenInvalid[] = "PAGE_TOKEN_INVALID";
inline constexpr char kFilterInvalid[] = "FILTER_INVALID";
inline constexpr char kPredicateUnknown[] = "PREDICATE_UNKNOWN";  // metadata: predicate, suggestion
// NOT_FOUND, ALREADY_EXISTS
inline constexpr char kNotFound[] = "NOT_FOUND";
inline constexpr char kAlreadyExists[] = "ALREADY_EXISTS";
// FAILED_PRECONDITION; a PreconditionFailure says which
inline constexpr char kPreconditionFailed[] = "PRECONDITION_FAILED";
inline constexpr char kReferenceViolation[] = "REFERENCE_VIOLATION";
// ABORTED
inline constexpr char kEtagMismatch[] = "ETAG_MISMATCH";
inline constexpr char kConflict[] = "CONFLICT";
// OUT_OF_RANGE
inline constexpr char kRevisionNotHeld[] = "REVISION_NOT_HELD";
// RESOURCE_EXHAUSTED
inline constexpr char kLimitExceeded[] = "LIMIT_EXCEEDED";
inline constexpr char kServerBusy[] = "SERVER_BUSY";  // a queue is full: retry later
// UNAVAILABLE
inline constexpr char kStarting[] = "STARTING";
inline constexpr char kStopping[] = "STOPPING";
inline constexpr char kUnavailable[] = "UNAVAILABLE";  // the store refuses writes
// The rest
inline constexpr char kUnauthenticated[] = "UNAUTHENTICATED";
inline constexpr char kPermissionDenied[] = "PERMISSION_DENIED";
inline constexpr char kCancelled[] = "CANCELLED";
inline constexpr char kDeadlineExceeded[] = "DEADLINE_EXCEEDED";
inline constexpr char kUnimplemented[] = "UNIMPLEMENTED";
inline constexpr char kDataLoss[] = "DATA_LOSS";
inline constexpr char kInternal[] = "INTERNAL";

}  // namespace cartograph::services
