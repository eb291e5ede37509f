#include "services/http_front.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cartograph/v1/entity_service.pb.h"
#include "gtest/gtest.h"
#include "services/connect_protocol.h"
#include "tests/support/generic_client.h"
#include "tests/support/test_server.h"

namespace cartograph::services {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using Headers = std::map<std::string, std::string>;

struct Reply {
  unsigned status = 0;
  std::string body;
  http::fields headers;
};

// A connection of a plain HTTP client.
class HttpClient {
 public:
  explicit HttpClient(const std::string& address) : address_(address), stream_(io_) {
    const size_t colon = address.rfind(':');
    stream_.connect({asio::ip::make_address(address.substr(0, colon)),
                     static_cast<uint16_t>(std::stoi(address.substr(colon + 1)))});
  }

  void Send(http::verb verb, const std::string& target, const std::string& body,
            const Headers& headers) {
    http::request<http::string_body> request(verb, target, 11);
    request.set(http::field::host, address_);
    for (const auto& [name, value] : headers) {
      request.set(name, value);
    }
    request.body() = body;
    request.prepare_payload();
    http::write(stream_, request);
  }
  Reply Receive() {
    http::response<http::string_body> response;
    beast::error_code error;
    http::read(stream_, buffer_, response, error);
    return {error ? 0 : response.result_int(), response.body(), response.base()};
  }
  Reply Call(http::verb verb, const std::string& target, const std::string& body = "",
             const Headers& headers = {}) {
    Send(verb, target, body, headers);
    return Receive();
  }
  Reply Post(const std::string& method, const std::string& body,
             const std::string& type = "application/json", Headers headers = {}) {
    headers["content-type"] = type;
    return Call(http::verb::post, absl::StrCat("/", method), body, headers);
  }

 private:
  const std::string address_;
  asio::io_context io_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
};

constexpr char kRules[] = R"dl(
@[question(title = "Diseases")]
.decl listed(disease: Disease, number: number)
listed(d, 7) :- disease(d).
)dl";

test::TestServerOptions WithHttp() {
  test::TestServerOptions options;
  options.http = true;
  options.server.http.origins = {"https://good.example"};
  options.server.http.body_bytes_max = 100'000;
  options.server.serving.streams_max = 1;
  return options;
}

class HttpFrontTest : public ::testing::Test {
 protected:
  HttpFrontTest() : server_(WithHttp()) { Put(3); }

  void Put(int count) {
    v1::CommitEntitiesRequest request;
    for (int i = 0; i < count; ++i) {
      v1::Entity* disease = request.add_mutations()->mutable_put();
      disease->set_name(absl::StrCat("diseases/d", i));
      v1::Name* name = disease->mutable_disease()->add_names();
      name->set_text(absl::StrCat("disease ", i, std::string(400, 'x')));
      name->set_kind(v1::NAME_KIND_PREFERRED);
    }
    ExpectOk("EntityService.CommitEntities", request);
  }
  void Activate() {
    v1::ActivateRulePackRequest request;
    request.mutable_pack()->set_name("small");
    request.mutable_pack()->set_version("1.0.0");
    v1::RuleFile* file = request.mutable_pack()->add_files();
    file->set_path("small.dl");
    file->set_text(kRules);
    ExpectOk("RuleService.ActivateRulePack", request);
  }
  void ExpectOk(const std::string& method, const google::protobuf::Message& request) {
    test::GenericClient client(server_.InProcessChannel());
    const test::Reply reply =
        client.Call(test::PathOf(*test::FindMethod(method)), {request.SerializeAsString()});
    ASSERT_TRUE(reply.status.ok()) << reply.status;
  }
  HttpClient Client() { return HttpClient(server_.http_address()); }

  test::TestServer server_;
};

constexpr char kGet[] = "cartograph.v1.EntityService/GetEntity";
constexpr char kExport[] = "cartograph.v1.EntityService/ExportEntities";
constexpr char kListed[] = "cartograph.questions.small.v1.Questions/Listed";

TEST_F(HttpFrontTest, AnswersUnaryCallsOneAfterTheOther) {
  HttpClient client(server_.http_address());
  const Reply json = client.Post(kGet, "{\"name\": \"diseases/d1\"}");
  EXPECT_EQ(json.status, 200U);
  EXPECT_EQ(json.headers[http::field::content_type], "application/json");
  EXPECT_NE(json.body.find("\"name\":\"diseases/d1\""), std::string::npos) << json.body;
  v1::GetEntityRequest request;
  request.set_name("diseases/d2");
  const Reply binary = client.Post(kGet, request.SerializeAsString(), "application/proto");
  v1::GetEntityResponse response;
  ASSERT_TRUE(response.ParseFromString(binary.body));
  EXPECT_EQ(response.entity().name(), "diseases/d2");
}

TEST_F(HttpFrontTest, ErrorsAreTyped) {
  HttpClient client(server_.http_address());
  const Reply none = client.Post(kGet, "{\"name\": \"diseases/none\"}");
  EXPECT_EQ(none.status, 404U);
  EXPECT_NE(none.body.find("\"code\":\"not_found\""), std::string::npos) << none.body;
  EXPECT_NE(none.body.find("google.rpc.ErrorInfo"), std::string::npos) << none.body;
  EXPECT_EQ(client.Post(kGet, "{\"nmae\": 1}").status, 400U);
  EXPECT_EQ(client.Post(kGet, "\xff\xff", "application/proto").status, 400U);
  EXPECT_EQ(client.Post("cartograph.v1.EntityService/Nonsense", "{}").status, 501U);
  EXPECT_EQ(
      client.Post("cartograph.v1.EntityService/ImportEntities", "", "application/connect+json")
          .status,
      200U);
  EXPECT_EQ(client.Post(kGet, "{}", "text/plain").status, 415U);
  EXPECT_EQ(client.Post(kGet, "{}", "application/connect+json").status, 200U);
  EXPECT_EQ(client.Post(kExport, "{}").status, 400U);
  EXPECT_EQ(client.Post(kGet, "{}", "application/json", {{"content-encoding", "gzip"}}).status,
            501U);
  EXPECT_EQ(client.Call(http::verb::put, "/x").status, 405U);
}

// The messages of a stream, and its end.
std::vector<std::string> Opened(const std::string& body) {
  std::vector<std::string> messages;
  for (size_t at = 0; at + 5 <= body.size();) {
    size_t length = 0;
    for (size_t i = 1; i < 5; ++i) length = length << 8 | static_cast<uint8_t>(body[at + i]);
    messages.push_back(absl::StrCat(static_cast<int>(body[at]), body.substr(at + 5, length)));
    at += 5 + length;
  }
  return messages;
}

TEST_F(HttpFrontTest, AnswersStreams) {
  Put(900);  // some messages' worth
  HttpClient client(server_.http_address());
  const Reply reply = client.Post(kExport, Envelope("{}"), "application/connect+json");
  EXPECT_EQ(reply.status, 200U);
  EXPECT_EQ(reply.headers[http::field::content_type], "application/connect+json");
  const std::vector<std::string> messages = Opened(reply.body);
  ASSERT_GT(messages.size(), 3U);
  EXPECT_EQ(messages.back(), "2{}");
  EXPECT_NE(messages.front().find("0{\"entities\":[{\"name\":\"diseases/d0\""), std::string::npos);
  const Reply failed =
      client.Post(kExport, Envelope("{\"collection\":\"x\"}"), "application/connect+json");
  EXPECT_EQ(failed.status, 200U);
  ASSERT_EQ(Opened(failed.body).size(), 1U);
  EXPECT_NE(failed.body.find("\"code\":\"invalid_argument\""), std::string::npos) << failed.body;
}

TEST_F(HttpFrontTest, AnswersQuestions) {
  HttpClient client(server_.http_address());
  EXPECT_EQ(client.Post(kListed, "{}").status, 501U);
  Activate();
  const Reply reply = client.Post(kListed, "{\"disease\": \"diseases/d1\"}");
  EXPECT_EQ(reply.status, 200U);
  EXPECT_EQ(reply.body,
            "{\"rows\":[{\"disease\":\"diseases/d1\",\"number\":7}],\"header\":{\"revision\":\"2\","
            "\"rulePack\":\"small@1.0.0\"}}");
  const Reply stream = client.Post("cartograph.questions.small.v1.Questions/StreamListed",
                                   Envelope("{}"), "application/connect+json");
  EXPECT_EQ(Opened(stream.body).size(), 2U);
}

TEST_F(HttpFrontTest, PagesOfOtherPlacesMayNotCall) {
  HttpClient client(server_.http_address());
  const std::string body = "{\"name\": \"diseases/d1\"}";
  const Reply good =
      client.Post(kGet, body, "application/json", {{"origin", "https://good.example"}});
  EXPECT_EQ(good.status, 200U);
  EXPECT_EQ(good.headers[http::field::access_control_allow_origin], "https://good.example");
  EXPECT_EQ(client.Post(kGet, body, "application/json", {{"origin", "https://bad.example"}}).status,
            403U);
  EXPECT_EQ(client.Post(kGet, body, "application/json", {{"host", "evil.example"}}).status, 421U);
  EXPECT_EQ(client.Post(kGet, body, "application/json", {{"host", "LOCALHOST:1"}}).status, 200U);
  EXPECT_EQ(client
                .Call(http::verb::options, absl::StrCat("/", kGet), "",
                      {{"origin", "https://good.example"}})
                .status,
            204U);
  EXPECT_EQ(client
                .Call(http::verb::options, absl::StrCat("/", kGet), "",
                      {{"origin", "https://bad.example"}})
                .status,
            403U);
}

TEST_F(HttpFrontTest, RequestsAreBounded) {
  EXPECT_EQ(Client().Post(kGet, std::string(100'001, ' ')).status, 429U);
  EXPECT_EQ(Client().Post(kGet, std::string(99'990, ' ') + "{}").status, 400U);
  EXPECT_EQ(Client().Call(http::verb::get, "/", "", {{"x", std::string(20'000, 'x')}}).status,
            429U);
}

TEST_F(HttpFrontTest, ATimeoutEndsACall) {
  HttpClient client(server_.http_address());
  const std::string endless =
      "{\"rules\": \"n(0). n(x + 1) :- n(x), x < 2000000000. answer(x) :- n(x), x < 0.\"}";
  const Reply reply = client.Post("cartograph.v1.QuestionService/AskAdHoc", endless,
                                  "application/json", {{"connect-timeout-ms", "50"}});
  EXPECT_EQ(reply.status, 504U) << reply.body;
  EXPECT_EQ(client.Post(kGet, "{}", "application/json", {{"connect-timeout-ms", "soon"}}).status,
            400U);
}

TEST_F(HttpFrontTest, AClientThatGoesAwayEndsItsStream) {
  Put(900);
  {
    HttpClient gone(server_.http_address());
    gone.Send(http::verb::post, absl::StrCat("/", kExport), Envelope("{}"),
              {{"content-type", "application/connect+json"}});
  }
  // There is one place for streams: it is free again when the server has noticed.
  std::string end;
  do {
    end = Opened(Client().Post(kExport, Envelope("{}"), "application/connect+json").body).back();
  } while (end.find("resource_exhausted") != std::string::npos);
  EXPECT_EQ(end, "2{}");
}

TEST_F(HttpFrontTest, IdleConnectionsHoldNobodyUp) {
  std::vector<std::unique_ptr<HttpClient>> idle;
  for (int i = 0; i < 300; ++i) {
    idle.push_back(std::make_unique<HttpClient>(server_.http_address()));
  }
  EXPECT_EQ(Client().Post(kGet, "{\"name\": \"diseases/d1\"}").status, 200U);
  EXPECT_EQ(idle.front()->Post(kGet, "{\"name\": \"diseases/d1\"}").status, 200U);
}

TEST_F(HttpFrontTest, SaysWhetherItServes) {
  HttpClient client(server_.http_address());
  EXPECT_EQ(client.Call(http::verb::get, "/healthz").body, "ok\n");
  EXPECT_EQ(client.Call(http::verb::get, "/readyz").body, "ready\n");
  EXPECT_EQ(client.Call(http::verb::get, "/elsewhere").status, 404U);
}

TEST(HttpFrontTokenTest, TokensAreTheSameAsOfGrpc) {
  test::TestServerOptions options = WithHttp();
  options.tokens = "ada 0123456789abcdef0123456789abcdef\n";
  const test::TestServer server(options);
  HttpClient client(server.http_address());
  const std::string method = "cartograph.v1.AdminService/GetStatus";
  EXPECT_EQ(client.Post(method, "{}").status, 401U);
  EXPECT_EQ(client
                .Post(method, "{}", "application/json",
                      {{"authorization", "Bearer 0123456789abcdef0123456789abcdef"}})
                .status,
            200U);
}

}  // namespace
}  // namespace cartograph::services
