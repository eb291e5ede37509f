// The reasons that ErrorInfo carries, for programs: those that arise on the wire.
// kb/error_details.h has the others. docs/api.md lists them all; a reason is never renamed.

#pragma once

namespace cartograph::services {

// INVALID_ARGUMENT
inline constexpr char kInvalidRequest[] = "INVALID_REQUEST";
inline constexpr char kUnknownField[] = "UNKNOWN_FIELD";  // the client is newer than the server
inline constexpr char kPageTokenInvalid[] = "PAGE_TOKEN_INVALID";
inline constexpr char kFilterInvalid[] = "FILTER_INVALID";
inline constexpr char kPredicateUnknown[] = "PREDICATE_UNKNOWN";  // metadata: predicate, suggestion
// NOT_FOUND, ALREADY_EXISTS, ABORTED, where kb gives no reason of its own
inline constexpr char kNotFound[] = "NOT_FOUND";
inline constexpr char kAlreadyExists[] = "ALREADY_EXISTS";
inline constexpr char kConflict[] = "CONFLICT";
// RESOURCE_EXHAUSTED
inline constexpr char kServerBusy[] = "SERVER_BUSY";  // a queue is full: retry later
// UNAVAILABLE
inline constexpr char kStarting[] = "STARTING";
inline constexpr char kStopping[] = "STOPPING";
// The rest
inline constexpr char kUnauthenticated[] = "UNAUTHENTICATED";
inline constexpr char kPermissionDenied[] = "PERMISSION_DENIED";
inline constexpr char kCancelled[] = "CANCELLED";
inline constexpr char kDeadlineExceeded[] = "DEADLINE_EXCEEDED";
inline constexpr char kUnimplemented[] = "UNIMPLEMENTED";
inline constexpr char kDataLoss[] = "DATA_LOSS";
inline constexpr char kInternal[] = "INTERNAL";

}  // namespace cartograph::services
