// TestServer: a real server in this process, on a folder of its own.

#pragma once

#include <memory>
#include <string>

#include "grpcpp/channel.h"
#include "services/server.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::test {

struct TestServerOptions {
  services::ServerOptions server;  // data_dir is the test server's to choose
  std::string tokens;              // text of a token file; "" for none
  std::string founding_dir;        // loaded as --load does it; "" for none
  bool http = false;               // answers HTTP too
};

// Serves from its construction to its destruction; what cannot be started ends the test binary with
// the reason. The folder stands in memory where the machine has such a place (what a power cut
// would do is not its business), and is removed.
class TestServer {
 public:
  TestServer() : TestServer(TestServerOptions()) {}
  explicit TestServer(TestServerOptions options);
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  // "127.0.0.1:43567"
  const std::string& address() const { return server_->address(); }
  const std::string& http_address() const { return server_->http_address(); }
  // Over TCP; every call makes a connection of its own.
  std::shared_ptr<grpc::Channel> Channel() const;
  // Without a network. Calls see the same limits and have the same actors.
  std::shared_ptr<grpc::Channel> InProcessChannel() const { return server_->InProcessChannel(); }
  services::Server& server() { return *server_; }
  kb::KnowledgeBase& kb() { return server_->kb(); }
  const std::string& data_dir() const { return options_.server.kb.data_dir; }

  // Shuts the server down in order, and opens the same folder anew, on another port.
  void Restart();

 private:
  void Start();

  TestServerOptions options_;
  testing::TemporaryFolder folder_;
  std::unique_ptr<services::Server> server_;
};

}  // namespace cartograph::test
