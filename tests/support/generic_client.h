// GenericClient: calls any method by name with messages or with bytes.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/channel.h"
#include "grpcpp/generic/generic_stub.h"

namespace cartograph::test {

struct Reply {
  std::vector<std::string> messages;  // wire bytes, in order
  absl::Status status;                // with its details as payloads
};

class GenericClient {
 public:
  explicit GenericClient(std::shared_ptr<grpc::Channel> channel);

  // Sends all of `requests`, then reads until the call ends. `path` is
  // "/cartograph.v1.EntityService/GetEntity".
  Reply Call(const std::string& path, const std::vector<std::string>& requests);

 private:
  grpc::GenericStub stub_;
};

// The method that a scenario names "EntityService.GetEntity", or null.
const google::protobuf::MethodDescriptor* FindMethod(const std::string& name);

// "/cartograph.v1.EntityService/GetEntity".
std::string PathOf(const google::protobuf::MethodDescriptor& method);

}  // namespace cartograph::test
