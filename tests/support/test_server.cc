#include "tests/support/test_server.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <cstdio>
#include <string>
#include <utility>

#include "absl/status/status.h"

namespace cartograph::test {
namespace {

void OrDie(const absl::Status& status) {
  if (!status.ok()) {
    std::fprintf(stderr, "test server: %s\n", status.ToString().c_str());
    std::abort();
  }
}

template <typename T>
T OrDie(absl::StatusOr<T> value) {
  OrDie(value.status());
  return *std::move(value);
}

}  // namespace

TestServer::TestServer(TestServerOptions options) : options_(std::move(options)) {
  options_.server.kb.data_dir = folder_.Join("data");
  Start();
}

TestServer::~TestServer() = default;

std::shared_ptr<grpc::Channel> TestServer::Channel() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address(), grpc::InsecureChannelCredentials(), arguments);
}

void TestServer::Restart() {
  server_ = nullptr;
  Start();
}

void TestServer::Start() {
  services::ActorTable actors;
  if (!options_.tokens.empty()) {
    actors = OrDie(services::ActorTable::Parse(options_.tokens));
  }
  auto listener = OrDie(services::Listener::Bind("127.0.0.1:0"));
  auto http = options_.http ? OrDie(services::Listener::Bind("127.0.0.1:0")) : nullptr;
  server_ = OrDie(services::Server::Start(options_.server, std::move(actors), std::move(listener),
                                          std::move(http)));
  OrDie(server_->Open());
  if (!options_.founding_dir.empty()) {
    OrDie(server_->LoadFounding(options_.founding_dir));
  }
  server_->Serve();
}

}  // namespace cartograph::test
