#include "services/grpc_status.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "services/error_reason.h"

namespace cartograph::services {
namespace {

google::rpc::Status WireOf(const grpc::Status& status) {
  google::rpc::Status wire;
  EXPECT_TRUE(wire.ParseFromString(status.error_details()));
  return wire;
}

// "3 REASON [detail types]" of what goes over the wire.
std::string Dump(const absl::Status& status) {
  grpc::Status grpc_status = ToGrpcStatus(status);
  if (grpc_status.ok()) {
    return "OK";
  }
  google::rpc::Status wire = WireOf(grpc_status);
  EXPECT_EQ(wire.code(), grpc_status.error_code());
  EXPECT_EQ(wire.message(), grpc_status.error_message());
  std::string text = absl::StrCat(wire.code(), " ", ReasonOf(FromGrpcStatus(grpc_status)));
  for (const auto& detail : wire.details()) {
    absl::StrAppend(&text, " ", detail.type_url().substr(detail.type_url().rfind('.') + 1));
  }
  return text;
}

TEST(GrpcStatusTest, EveryErrorHasAReason) {
  const struct {
    absl::Status status;
    std::string want;
  } kCases[] = {
      {absl::OkStatus(), "OK"},
      {absl::CancelledError(), "1 CANCELLED ErrorInfo"},
      {absl::UnknownError(""), "2 INTERNAL ErrorInfo"},
      {absl::InvalidArgumentError("x"), "3 INVALID_REQUEST ErrorInfo"},
      {absl::DeadlineExceededError(""), "4 DEADLINE_EXCEEDED ErrorInfo"},
      {absl::NotFoundError(""), "5 NOT_FOUND ErrorInfo"},
      {absl::AlreadyExistsError(""), "6 ALREADY_EXISTS ErrorInfo"},
      {absl::PermissionDeniedError(""), "7 PERMISSION_DENIED ErrorInfo"},
      {absl::ResourceExhaustedError(""), "8 LIMIT_REACHED ErrorInfo"},
      {absl::FailedPreconditionError(""), "9 PRECONDITION_FAILED ErrorInfo"},
      {absl::AbortedError(""), "10 CONFLICT ErrorInfo"},
      {absl::OutOfRangeError(""), "11 REVISION_NOT_HELD ErrorInfo"},
      {absl::UnimplementedError(""), "12 UNIMPLEMENTED ErrorInfo"},
      {absl::InternalError(""), "13 INTERNAL ErrorInfo"},
      {absl::UnavailableError(""), "14 WRITES_REFUSED ErrorInfo"},
      {absl::DataLossError(""), "15 DATA_LOSS ErrorInfo"},
      {absl::UnauthenticatedError(""), "16 UNAUTHENTICATED ErrorInfo"},
      {WithReason(absl::UnavailableError(""), kStarting), "14 STARTING ErrorInfo"},
      {InvalidField("names[3]", "is empty"), "3 FIELD_VIOLATIONS ErrorInfo BadRequest"},
  };
  for (const auto& each : kCases) {
    EXPECT_EQ(Dump(each.status), each.want) << each.status;
  }
}

TEST(GrpcStatusTest, DetailsSurviveTheWire) {
  absl::Status sent = WithReason(InvalidField("facts[0].predicate", "is unknown"),
                                 kPredicateUnknown, {{"suggestion", "studied_in"}});
  absl::Status got = FromGrpcStatus(ToGrpcStatus(sent));
  EXPECT_EQ(got, sent);
}

TEST(GrpcStatusTest, MessageIsFitForAHeader) {
  EXPECT_EQ(ToGrpcStatus(absl::NotFoundError(absl::string_view("a\0b\rc", 5))).error_message(),
            "a b c");
  std::string umlauts;
  for (int i = 0; i < 600; ++i) {
    umlauts += "ü";
  }
  std::string cut = ToGrpcStatus(absl::NotFoundError("x" + umlauts)).error_message();
  EXPECT_EQ(cut, "x" + umlauts.substr(0, 1022)) << "cut between characters";
}

TEST(GrpcStatusTest, DetailsStayBelowTheHeaderLimit) {
  kb::Violations violations;
  for (int i = 0; i < 100; ++i) {
    violations.Add(absl::StrCat("entities[", i, "].disease"), std::string(200, 'x'));
  }
  grpc::Status status = ToGrpcStatus(violations.ToStatus());
  EXPECT_LE(status.error_details().size(), 3072u);
  google::rpc::BadRequest request;
  ASSERT_TRUE(WireOf(status).details(1).UnpackTo(&request));
  EXPECT_GT(request.field_violations_size(), 5) << "shortened, not dropped";
  EXPECT_EQ(request.field_violations(0).field(), "entities[0].disease");
}

TEST(GrpcStatusTest, RewritesFields) {
  kb::Violations violations;
  violations.Add("mutations[0].create.disease", "is bad");
  violations.Add("mutations[0].create.name", "is worse");
  absl::Status status = WithFieldsRewritten(violations.ToStatus(), [](absl::string_view field) {
    return absl::StrCat("entity", field.substr(sizeof("mutations[0].create") - 1));
  });
  EXPECT_EQ(status.message(), "entity.disease: is bad (and 1 more)");
  google::rpc::BadRequest request;
  ASSERT_TRUE(WireOf(ToGrpcStatus(status)).details(1).UnpackTo(&request));
  EXPECT_EQ(request.field_violations(1).field(), "entity.name");
  EXPECT_EQ(WithFieldsRewritten(absl::NotFoundError("x"), nullptr), absl::NotFoundError("x"));
}

}  // namespace
}  // namespace cartograph::services
