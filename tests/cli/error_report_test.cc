#include "clients/cli/error_report.h"

#include <sstream>

#include "clients/cli/exit_code.h"
#include "clients/cpp/call_status.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

namespace cartograph::clients {
namespace {

std::string Reported(const absl::Status& status) {
  std::ostringstream err;
  ReportError(status, {}, err);
  return err.str();
}

// An error as a server sends it, with one violation of each kind.
grpc::Status WireError() {
  google::rpc::BadRequest bad;
  auto* field = bad.add_field_violations();
  field->set_field("entity.disease.names");
  field->set_description("is required");
  google::rpc::PreconditionFailure failure;
  auto* violation = failure.add_violations();
  violation->set_type("REFERENCE");
  violation->set_subject("diseases/sle");
  violation->set_description("evidence/f1 refers to it");
  google::rpc::ErrorInfo info;
  info.set_reason("REFERRED_TO");
  (*info.mutable_metadata())["name"] = "diseases/sle";
  google::rpc::Status wire;
  wire.set_code(3);
  for (const google::protobuf::Message* detail :
       {static_cast<const google::protobuf::Message*>(&bad),
        static_cast<const google::protobuf::Message*>(&failure),
        static_cast<const google::protobuf::Message*>(&info)}) {
    wire.add_details()->PackFrom(*detail);
  }
  return {grpc::StatusCode::INVALID_ARGUMENT, "two\nlines", wire.SerializeAsString()};
}

TEST(CallStatus, CarriesDetails) {
  absl::Status status = FromGrpcStatus(WireError());
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  ErrorDetails details = DetailsOf(status);
  EXPECT_EQ(details.reason, "REFERRED_TO");
  ASSERT_EQ(details.metadata.size(), 1u);
  EXPECT_EQ(details.metadata[0].second, "diseases/sle");
  ASSERT_EQ(details.field_violations.size(), 1u);
  EXPECT_EQ(details.field_violations[0].field, "entity.disease.names");
  ASSERT_EQ(details.precondition_violations.size(), 1u);
  EXPECT_EQ(details.precondition_violations[0].subject, "diseases/sle");
}

TEST(CallStatus, TakesWhatItIsGiven) {
  EXPECT_TRUE(FromGrpcStatus(grpc::Status::OK).ok());
  absl::Status garbled = FromGrpcStatus({grpc::StatusCode::NOT_FOUND, "gone", "not a Status"});
  EXPECT_EQ(garbled.code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(DetailsOf(garbled).field_violations.empty());
  EXPECT_EQ(FromGrpcStatus({grpc::StatusCode::DO_NOT_USE, "x"}).code(), absl::StatusCode::kUnknown);
}

TEST(ReportError, SaysWhatIsWrongOnOneLineThenDetailsThenAdvice) {
  EXPECT_EQ(Reported(FromGrpcStatus(WireError())),
            "cartograph: INVALID_ARGUMENT: two lines\n"
            "  entity.disease.names: is required\n"
            "  diseases/sle: evidence/f1 refers to it\n");
  EXPECT_EQ(
      Reported(absl::UnavailableError("no server answers at x")),
      "cartograph: UNAVAILABLE: no server answers at x\n"
      "  Start a server with scripts/serve, or name another with --server or CARTOGRAPH_SERVER.\n");
  grpc::Status wire = WireError();
  EXPECT_EQ(Reported(FromGrpcStatus({wire.error_code(),
                                     "diseases/sle: evidence/f1 refers to it (and 1 more)",
                                     wire.error_details()})),
            "cartograph: INVALID_ARGUMENT: diseases/sle: evidence/f1 refers to it (and 1 more)\n"
            "  entity.disease.names: is required\n");
  EXPECT_EQ(Reported(WithAdvice(absl::UnavailableError("x"), "Wait.")),
            "cartograph: UNAVAILABLE: x\n  Wait.\n");
}

TEST(ExitCode, TellsScriptsWhatKindOfErrorItWas) {
  struct Case {
    absl::StatusCode code;
    int exit_code;
  };
  const Case kCases[] = {
      {absl::StatusCode::kOk, 0},
      {absl::StatusCode::kNotFound, 3},
      {absl::StatusCode::kAlreadyExists, 4},
      {absl::StatusCode::kFailedPrecondition, 4},
      {absl::StatusCode::kAborted, 4},
      {absl::StatusCode::kOutOfRange, 4},
      {absl::StatusCode::kPermissionDenied, 4},
      {absl::StatusCode::kUnauthenticated, 4},
      {absl::StatusCode::kInvalidArgument, 5},
      {absl::StatusCode::kUnavailable, 6},
      {absl::StatusCode::kDeadlineExceeded, 6},
      {absl::StatusCode::kResourceExhausted, 6},
      {absl::StatusCode::kCancelled, 6},
      {absl::StatusCode::kInternal, 7},
      {absl::StatusCode::kUnknown, 7},
      {absl::StatusCode::kUnimplemented, 7},
      {absl::StatusCode::kDataLoss, 7},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(static_cast<int>(ExitCodeOf(absl::Status(c.code, "x"))), c.exit_code);
  }
}

}  // namespace
}  // namespace cartograph::clients
