#include "services/connect_protocol.h"

#include "cartograph/v1/entity_service.pb.h"
#include "gtest/gtest.h"
#include "kb/error_details.h"

namespace cartograph::services {
namespace {

constexpr ConnectFormat kJson{.json = true, .stream = false};

TEST(ConnectProtocolTest, ReadsContentTypes) {
  struct Case {
    const char* header;
    const char* format;
  };
  for (const Case& c : std::vector<Case>{
           {"application/json", "application/json"},
           {"Application/JSON; charset=utf-8", "application/json"},
           {"application/proto", "application/proto"},
           {"application/connect+json", "application/connect+json"},
           {"application/connect+proto", "application/connect+proto"},
           {"application/grpc", ""},
           {"text/plain", ""},
           {"", ""},
       }) {
    const std::optional<ConnectFormat> format = FormatOf(c.header);
    EXPECT_EQ(format.has_value() ? format->ContentType() : "", c.format) << c.header;
  }
}

TEST(ConnectProtocolTest, MessagesSurviveJson) {
  v1::GetEntityRequest request;
  request.set_name("diseases/sle");
  v1::GetEntityRequest scratch;
  const auto body = ToBody(request.SerializeAsString(), kJson, &scratch);
  ASSERT_TRUE(body.ok());
  EXPECT_EQ(*body, "{\"name\":\"diseases/sle\"}");
  EXPECT_EQ(*FromBody(*body, kJson, &scratch), request.SerializeAsString());
  EXPECT_EQ(*FromBody("", kJson, &scratch), "");
}

TEST(ConnectProtocolTest, RefusesWhatIsNotJson) {
  for (const char* body : {"{", "[]", "{\"name\": 1}", "{\"nmae\": \"x\"}", "\xff"}) {
    v1::GetEntityRequest scratch;
    const auto status = FromBody(body, kJson, &scratch).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << body;
  }
}

TEST(ConnectProtocolTest, OpensOneEnvelope) {
  EXPECT_EQ(*OpenEnvelope(Envelope("abc")), "abc");
  EXPECT_EQ(*OpenEnvelope(Envelope("")), "");
  for (const std::string& body :
       {std::string(), std::string("abc"), Envelope("a") + Envelope("b"),
        Envelope("abc").substr(0, 7), std::string("\x01\x00\x00\x00\x00", 5)}) {
    EXPECT_EQ(OpenEnvelope(body).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(ConnectProtocolTest, WritesErrors) {
  EXPECT_EQ(ErrorBody(absl::NotFoundError("no \"x\"")),
            "{\"code\":\"not_found\",\"message\":\"no \\\"x\\\"\"}");
  const absl::Status detailed =
      kb::ErrorWithReason(absl::StatusCode::kAborted, "late", kb::kReasonEtagMismatch);
  EXPECT_EQ(ErrorBody(detailed),
            "{\"code\":\"aborted\",\"message\":\"late\",\"details\":[{\"type\":"
            "\"google.rpc.ErrorInfo\",\"value\":\"Cg1FVEFHX01JU01BVENIEgpjYXJ0b2dyYXBo\"}]}");
  EXPECT_EQ(EndOfStream(absl::OkStatus()), std::string("\x02\x00\x00\x00\x02{}", 7));
  EXPECT_EQ(EndOfStream(absl::UnavailableError("x")).substr(5),
            "{\"error\":{\"code\":\"unavailable\",\"message\":\"x\"}}");
  EXPECT_EQ(HttpStatusOf(absl::StatusCode::kResourceExhausted), 429U);
}

TEST(ConnectProtocolTest, ReadsTimeouts) {
  EXPECT_EQ(TimeoutOf("1500")->count(), 1500);
  for (const char* header : {"", "-1", "1s", "12345678901"}) {
    EXPECT_FALSE(TimeoutOf(header).ok()) << header;
  }
}

}  // namespace
}  // namespace cartograph::services
