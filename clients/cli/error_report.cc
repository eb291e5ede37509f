#include "clients/cli/error_report.h"

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/display_width.h"
#include "clients/cpp/call_status.h"

namespace cartograph::clients {
namespace {

constexpr const char* kAdvicePayload = "cartograph.clients/advice";

// What to do next, as far as the code alone says it.
std::string GeneralAdvice(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnavailable:
      return "Start a server with scripts/serve, or name another with --server or "
             "CARTOGRAPH_SERVER.";
    case absl::StatusCode::kDeadlineExceeded:
      return "Give it longer with --timeout; `cartograph status` shows whether the server is well.";
    case absl::StatusCode::kUnauthenticated:
      return "Give a token with --token-file, --token or CARTOGRAPH_TOKEN.";
    case absl::StatusCode::kPermissionDenied:
      return "Ask the operator of the server for a token that may do this.";
    case absl::StatusCode::kAborted:
      return "Somebody wrote it in between: read it again with `cartograph get` and repeat the "
             "change.";
    case absl::StatusCode::kOutOfRange:
      return "`cartograph status` shows the latest revision; leave out --at to read it.";
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return "This is a fault of the server: its log says more.";
    default:
      return "";
  }
}

std::string AdviceFor(const absl::Status& status) {
  auto own = status.GetPayload(kAdvicePayload);
  return own.has_value() ? std::string(*own) : GeneralAdvice(status.code());
}

// One field or entity, unless the message says it already.
void ReportDetail(absl::string_view subject, absl::string_view description,
                  const absl::Status& status, std::ostream& err) {
  absl::string_view message = status.message();
  if (absl::StrContains(message, absl::StrCat(subject, ": ", description)) ||
      absl::StrContains(message, absl::StrCat(subject, " ", description))) {
    return;
  }
  err << "  " << OnOneLine(subject) << ": " << OnOneLine(description) << '\n';
}

}  // namespace

absl::Status WithAdvice(absl::Status status, absl::string_view advice) {
  status.SetPayload(kAdvicePayload, absl::Cord(advice));
  return status;
}

void ReportError(const absl::Status& status, const TerminalStyle& style, std::ostream& err) {
  err << style.Red("cartograph:") << ' ' << absl::StatusCodeToString(status.code()) << ": "
      << OnOneLine(status.message()) << '\n';
  ErrorDetails details = DetailsOf(status);
  for (const FieldViolation& violation : details.field_violations) {
    ReportDetail(violation.field, violation.description, status, err);
  }
  for (const PreconditionViolation& violation : details.precondition_violations) {
    ReportDetail(violation.subject, violation.description, status, err);
  }
  std::string advice = AdviceFor(status);
  if (!advice.empty()) {
    err << "  " << advice << '\n';
  }
}

}  // namespace cartograph::clients
