// ScenarioRunner: carries out the commands of a scenario over one channel.
//
//   EntityService.GetEntity name: "diseases/sle"     a request as textproto; the reply is
//   textproto, or code, reason and message bytes EntityService.GetEntity "\xff"             a
//   request as bytes: what no honest client sends capture etag entity.etag keeps a field of the
//   last reply; $etag stands for it in later commands
//
// ${repeat N text} in a command stands for so many copies of the text. A stream's messages are
// separated by lines of "&". What differs from run to run (times, etags, page tokens, sizes) is
// shown as * or emptied.

#pragma once

#include <map>
#include <memory>
#include <string>

#include "google/protobuf/message.h"
#include "grpcpp/channel.h"
#include "tests/scenario/generic_client.h"

namespace cartograph::scenario {

class ScenarioRunner {
 public:
  explicit ScenarioRunner(std::shared_ptr<grpc::Channel> channel) : client_(std::move(channel)) {}

  // The scenario with its replies as they are now.
  std::string Run(const std::string& scenario);

 private:
  std::string RunCommand(const std::string& command);
  std::string Capture(const std::string& name, const std::string& path);
  std::string CallWithText(const std::string& method, const std::string& text);
  std::string CallWithBytes(const std::string& method, const std::string& literal);
  std::string CallMethod(const google::protobuf::MethodDescriptor& method,
                         const std::vector<std::string>& requests);
  std::string Expand(std::string text) const;

  GenericClient client_;
  std::map<std::string, std::string> captured_;
  std::unique_ptr<google::protobuf::Message> last_;
};

}  // namespace cartograph::scenario
