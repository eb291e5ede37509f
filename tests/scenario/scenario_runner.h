// ScenarioRunner: carries out the commands of a scenario over one channel.
//
// A command is one of
//
//   EntityService.GetEntity name: "diseases/sle"
//     calls a method. The request is textproto, the messages of a stream separated by lines of "&";
//     so is the reply, or it is code, reason, message and details.
//   bytes EntityService.GetEntity "\xff"
//     calls a method with bytes that no honest client sends.
//   capture token next_page_token
//     keeps a field of the last reply; $token stands for it in later commands.
//   load world.textproto
//     commits a CommitEntitiesRequest from a file beside the scenarios.
//   activate pack
//     activates the rule pack of a folder beside the scenarios.
//   restart
//     shuts the server down and opens the same folder anew.
//
// ${repeat 3 ab} stands for ababab. What differs from run to run (times, etags, page tokens, sizes)
// is masked in replies.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "google/protobuf/message.h"
#include "grpcpp/channel.h"
#include "tests/support/generic_client.h"
#include "tests/support/test_server.h"

namespace cartograph::scenario {

class ScenarioRunner {
 public:
  // How to reach the server, also after a restart.
  using Connect = std::function<std::shared_ptr<grpc::Channel>(test::TestServer&)>;

  // On a server of its own, with an empty knowledge base.
  explicit ScenarioRunner(Connect connect);

  // The scenario with its replies as they are now.
  std::string Run(const std::string& scenario);

 private:
  std::string RunCommand(const std::string& command);
  std::string Capture(const std::string& name, const std::string& path);
  std::string Load(const std::string& file);
  std::string Activate(const std::string& folder);
  std::string CallWithText(const std::string& method, const std::string& text);
  std::string CallWithBytes(const std::string& method, const std::string& literal);
  std::string CallMethod(const google::protobuf::MethodDescriptor& method,
                         const std::vector<std::string>& requests);
  std::string Restart();
  std::string Expand(std::string text) const;

  const Connect connect_;
  test::TestServer server_;
  std::unique_ptr<test::GenericClient> client_;
  std::map<std::string, std::string> captured_;
  std::unique_ptr<google::protobuf::Message> last_;
};

}  // namespace cartograph::scenario
