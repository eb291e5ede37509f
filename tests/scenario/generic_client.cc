#include "tests/scenario/generic_client.h"

#include <chrono>

#include "grpcpp/client_context.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/support/byte_buffer.h"
#include "gtest/gtest.h"
#include "services/grpc_status.h"

namespace cartograph::scenario {
namespace {

constexpr std::chrono::seconds kDeadline{60};

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string ToBytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  EXPECT_TRUE(buffer.Dump(&slices).ok());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// One operation at a time: waits for it and says whether it succeeded.
class Steps {
 public:
  explicit Steps(grpc::CompletionQueue* queue) : queue_(queue) {}
  bool Wait() {
    void* tag = nullptr;
    bool ok = false;
    EXPECT_TRUE(queue_->Next(&tag, &ok));
    return ok;
  }

 private:
  grpc::CompletionQueue* queue_;
};

}  // namespace

GenericClient::GenericClient(std::shared_ptr<grpc::Channel> channel) : stub_(std::move(channel)) {}

Reply GenericClient::Call(const std::string& path, const std::vector<std::string>& requests) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kDeadline);
  context.set_wait_for_ready(true);
  grpc::CompletionQueue queue;
  Steps steps(&queue);
  // Declared after context and queue: gRPC wants the call destroyed before both.
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call =
      stub_.PrepareCall(&context, path, &queue);
  call->StartCall(nullptr);
  bool open = steps.Wait();
  for (size_t i = 0; i < requests.size() && open; ++i) {
    call->Write(ToBuffer(requests[i]), nullptr);
    open = steps.Wait();
  }
  if (open) {
    call->WritesDone(nullptr);
    steps.Wait();
  }
  Reply reply;
  grpc::ByteBuffer message;
  for (call->Read(&message, nullptr); steps.Wait(); call->Read(&message, nullptr)) {
    reply.messages.push_back(ToBytes(message));
  }
  grpc::Status status;
  call->Finish(&status, nullptr);
  steps.Wait();
  reply.status = services::FromGrpcStatus(status);
  return reply;
}

const google::protobuf::MethodDescriptor* FindMethod(const std::string& name) {
  return google::protobuf::DescriptorPool::generated_pool()->FindMethodByName("cartograph.v1." +
                                                                              name);
}

std::string PathOf(const google::protobuf::MethodDescriptor& method) {
  return "/" + method.service()->full_name() + "/" + method.name();
}

}  // namespace cartograph::scenario
