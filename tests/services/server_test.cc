// The server as a whole: its life, health, reflection, who may call, and what it refuses.

#include "services/server.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>
#include <vector>

#include "cartograph/v1/entity_service.grpc.pb.h"
#include "cartograph/v1/rule_service.grpc.pb.h"
#include "google/protobuf/descriptor.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include "gtest/gtest.h"
#include "services/grpc_status.h"
#include "tests/support/test_server.h"

namespace cartograph::services {
namespace {

using grpc::health::v1::Health;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

std::string CheckHealth(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  HealthCheckRequest request;
  request.set_service(service);
  grpc::ClientContext context;
  HealthCheckResponse response;
  grpc::Status status = Health::NewStub(channel)->Check(&context, request, &response);
  return status.ok() ? HealthCheckResponse::ServingStatus_Name(response.status())
                     : absl::StatusCodeToString(FromGrpcStatus(status).code());
}

// The reason of a call that creates a disease, or "OK".
std::string Create(const std::shared_ptr<grpc::Channel>& channel, const std::string& authorization,
                   v1::CreateEntityResponse* response = nullptr) {
  v1::CreateEntityRequest request;
  request.mutable_entity()->set_name("diseases/sle");
  v1::Name* name = request.mutable_entity()->mutable_disease()->add_names();
  name->set_text("SLE");
  name->set_kind(v1::NAME_KIND_PREFERRED);
  grpc::ClientContext context;
  if (!authorization.empty()) {
    context.AddMetadata("authorization", authorization);
  }
  v1::CreateEntityResponse ignored;
  grpc::Status status = v1::EntityService::NewStub(channel)->CreateEntity(
      &context, request, response == nullptr ? &ignored : response);
  return status.ok() ? "OK" : ReasonOf(FromGrpcStatus(status));
}

TEST(ServerTest, HealthFollowsItsLife) {
  test::TestServer server;
  EXPECT_EQ(CheckHealth(server.Channel(), ""), "SERVING");
  EXPECT_EQ(CheckHealth(server.Channel(), "cartograph.v1.EntityService"), "SERVING");
  EXPECT_EQ(CheckHealth(server.Channel(), "no.such.Service"), "NOT_FOUND");
}

TEST(ServerTest, AnswersStartingUntilItServes) {
  auto listener = Listener::Bind("127.0.0.1:0");
  ASSERT_TRUE(listener.ok());
  auto server = Server::Start(ServerOptions(), ActorTable(), *std::move(listener));
  ASSERT_TRUE(server.ok()) << server.status();
  auto channel = grpc::CreateChannel((*server)->address(), grpc::InsecureChannelCredentials());
  EXPECT_EQ(CheckHealth(channel, ""), "NOT_SERVING");
  EXPECT_EQ(Create(channel, ""), "STARTING");
}

TEST(ServerTest, HealthWatchersAreToldOfTheEndAndDoNotDelayIt) {
  test::TestServer server;
  auto stub = Health::NewStub(server.Channel());
  grpc::ClientContext context;
  auto watch = stub->Watch(&context, HealthCheckRequest());
  HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
  server.server().Shutdown();
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  EXPECT_FALSE(watch->Read(&response));
  EXPECT_EQ(watch->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST(ServerTest, ActorsComeFromTokens) {
  test::TestServerOptions options;
  options.tokens = "ada 0123456789abcdef\n";
  test::TestServer server(options);
  EXPECT_EQ(Create(server.Channel(), ""), "UNAUTHENTICATED");
  EXPECT_EQ(Create(server.Channel(), "Bearer 0123456789abcdeX"), "UNAUTHENTICATED");
  v1::CreateEntityResponse response;
  EXPECT_EQ(Create(server.Channel(), "Bearer 0123456789abcdef", &response), "OK");
  EXPECT_EQ(response.entity().create_actor(), "ada");
  EXPECT_EQ(CheckHealth(server.Channel(), ""), "SERVING") << "health needs no token";
}

TEST(ServerTest, WithoutTokensTheActorIsLocal) {
  test::TestServer server;
  v1::CreateEntityResponse response;
  EXPECT_EQ(Create(server.InProcessChannel(), "", &response), "OK");
  EXPECT_EQ(response.entity().create_actor(), "local");
}

TEST(ServerTest, WithoutTokensOnlyLoopbackIsAllowed) {
  auto listener = Listener::Bind("0.0.0.0:0");
  ASSERT_TRUE(listener.ok());
  std::string address = (*listener)->address();
  auto server = Server::Start(ServerOptions(), ActorTable(), *std::move(listener));
  EXPECT_EQ(server.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(server.status().message(),
            "cannot listen on " + address +
                ": without --token-file only this machine may write; listen on 127.0.0.1, or name "
                "a token file");
}

TEST(ServerTest, RefusesLargeMessages) {
  test::TestServer server;
  auto stub = v1::RuleService::NewStub(server.Channel());
  for (size_t bytes : {(1u << 20) - 100, 1u << 20}) {
    v1::FormatRulesRequest request;
    request.add_files()->set_path("a.dl");
    request.mutable_files(0)->set_text(std::string(bytes, ' '));
    grpc::ClientContext context;
    v1::FormatRulesResponse response;
    grpc::Status status = stub->FormatRules(&context, request, &response);
    EXPECT_EQ(status.error_code(),
              bytes < (1u << 20) ? grpc::StatusCode::OK : grpc::StatusCode::RESOURCE_EXHAUSTED)
        << bytes << " " << status.error_message();
  }
}

TEST(ServerTest, RefusesCompressedMessages) {
  test::TestServer server;
  auto stub = v1::RuleService::NewStub(server.Channel());
  v1::FormatRulesRequest request;
  request.add_files()->set_path("a.dl");
  request.mutable_files(0)->set_text(std::string(100'000, ' '));
  grpc::ClientContext context;
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  v1::FormatRulesResponse response;
  grpc::Status status = stub->FormatRules(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << status.error_message();
}

TEST(ServerTest, StateSurvivesARestart) {
  test::TestServer server;
  EXPECT_EQ(Create(server.Channel(), ""), "OK");
  server.Restart();
  EXPECT_EQ(Create(server.Channel(), ""), "ENTITY_EXISTS");
}

// The names of files in an answer of reflection, or the error.
template <typename Stub, typename Request, typename Response>
std::string AskReflection(Stub* stub, const Request& request) {
  grpc::ClientContext context;
  auto stream = stub->ServerReflectionInfo(&context);
  Response response;
  if (!stream->Write(request) || !stream->Read(&response)) {
    return "no answer";
  }
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
  std::string text;
  for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
    google::protobuf::FileDescriptorProto file;
    EXPECT_TRUE(file.ParseFromString(bytes));
    text += file.name() + "\n";
  }
  for (const auto& service : response.list_services_response().service()) {
    text += service.name() + "\n";
  }
  for (int number : response.all_extension_numbers_response().extension_number()) {
    text += std::to_string(number) + "\n";
  }
  return text + response.error_response().error_message();
}

template <typename Reflection, typename Request, typename Response>
void TestReflection() {
  test::TestServer server;
  auto stub = Reflection::NewStub(server.Channel());
  auto ask = [&stub](const Request& request) {
    return AskReflection<typename Reflection::Stub, Request, Response>(stub.get(), request);
  };
  Request request;
  request.set_list_services("");
  EXPECT_EQ(ask(request),
            "cartograph.v1.EntityService\ncartograph.v1.FactService\n"
            "cartograph.v1.QuestionService\ncartograph.v1.RuleService\n"
            "cartograph.v1.AdminService\ngrpc.health.v1.Health\n"
            "grpc.reflection.v1.ServerReflection\ngrpc.reflection.v1alpha.ServerReflection\n");
  request.set_file_containing_symbol("cartograph.v1.EntityService.GetEntity");
  EXPECT_EQ(ask(request).substr(0, 37), "cartograph/v1/entity_service.proto\ngo");
  request.set_file_containing_symbol("cartograph.v1.EntityAnnotation");
  EXPECT_EQ(ask(request), "cartograph/v1/annotations.proto\ngoogle/protobuf/descriptor.proto\n");
  request.set_file_by_filename("grpc/health/v1/health.proto");
  EXPECT_EQ(ask(request), "grpc/health/v1/health.proto\n");
  request.mutable_file_containing_extension()->set_containing_type("google.protobuf.FieldOptions");
  request.mutable_file_containing_extension()->set_extension_number(50001);
  EXPECT_EQ(ask(request), "cartograph/v1/annotations.proto\ngoogle/protobuf/descriptor.proto\n");
  request.set_all_extension_numbers_of_type("google.protobuf.FieldOptions");
  EXPECT_EQ(ask(request), "50001\n");
  request.set_file_by_filename("no/such.proto");
  EXPECT_EQ(ask(request), "not known here: no/such.proto");
  EXPECT_EQ(ask(Request()), "nothing was asked");
}

TEST(ServerTest, ReflectionV1) {
  TestReflection<grpc::reflection::v1::ServerReflection,
                 grpc::reflection::v1::ServerReflectionRequest,
                 grpc::reflection::v1::ServerReflectionResponse>();
}

TEST(ServerTest, ReflectionV1Alpha) {
  TestReflection<grpc::reflection::v1alpha::ServerReflection,
                 grpc::reflection::v1alpha::ServerReflectionRequest,
                 grpc::reflection::v1alpha::ServerReflectionResponse>();
}

}  // namespace
}  // namespace cartograph::services
