#include "tests/support/generic_client.h"

#include <chrono>
#include <cstdint>
#include <utility>

#include "grpcpp/client_context.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/support/byte_buffer.h"
#include "gtest/gtest.h"
#include "services/grpc_status.h"

namespace cartograph::test {
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

// One call, from its start to its status. Reads go on while requests are written: in process, a
// write may wait until the replies before it are read.
class GenericCall {
 public:
  GenericCall(grpc::GenericStub* stub, const std::string& path,
              const std::vector<std::string>& requests)
      : requests_(requests) {
    context_.set_deadline(std::chrono::system_clock::now() + kDeadline);
    context_.set_wait_for_ready(true);
    call_ = stub->PrepareCall(&context_, path, &queue_);
  }

  Reply Run() {
    call_->StartCall(Tag(kStart));
    if (!Await(kStart)) return Finish();
    call_->Read(&message_, Tag(kRead));
    WriteNext();
    bool reading = true;
    bool writing = true;
    while (reading || writing) {
      const auto [operation, ok] = Next();
      if (operation == kRead) {
        reading = ok;
        if (ok) ReadNext();
      } else {
        writing = ok && WriteNext();
      }
    }
    return Finish();
  }

 private:
  enum Operation : intptr_t { kStart, kRead, kWrite, kFinish };

  static void* Tag(Operation operation) { return reinterpret_cast<void*>(operation); }

  std::pair<Operation, bool> Next() {
    void* tag = nullptr;
    bool ok = false;
    EXPECT_TRUE(queue_.Next(&tag, &ok));
    return {static_cast<Operation>(reinterpret_cast<intptr_t>(tag)), ok};
  }

  bool Await(Operation wanted) {
    const auto [operation, ok] = Next();
    EXPECT_EQ(operation, wanted);
    return ok;
  }

  // Writes the next request, or says that there are no more; false when it has said so already.
  bool WriteNext() {
    if (written_ > requests_.size()) return false;
    if (written_ == requests_.size()) {
      call_->WritesDone(Tag(kWrite));
    } else {
      call_->Write(ToBuffer(requests_[written_]), Tag(kWrite));
    }
    ++written_;
    return true;
  }

  void ReadNext() {
    reply_.messages.push_back(ToBytes(message_));
    call_->Read(&message_, Tag(kRead));
  }

  Reply Finish() {
    grpc::Status status;
    call_->Finish(&status, Tag(kFinish));
    Await(kFinish);
    reply_.status = services::FromGrpcStatus(status);
    return std::move(reply_);
  }

  const std::vector<std::string>& requests_;
  size_t written_ = 0;
  Reply reply_;
  grpc::ByteBuffer message_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  // Last, so that it is destroyed before context and queue, as gRPC wants it.
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
};

}  // namespace

GenericClient::GenericClient(std::shared_ptr<grpc::Channel> channel) : stub_(std::move(channel)) {}

Reply GenericClient::Call(const std::string& path, const std::vector<std::string>& requests) {
  return GenericCall(&stub_, path, requests).Run();
}

const google::protobuf::MethodDescriptor* FindMethod(const std::string& name) {
  return google::protobuf::DescriptorPool::generated_pool()->FindMethodByName("cartograph.v1." +
                                                                              name);
}

std::string PathOf(const google::protobuf::MethodDescriptor& method) {
  return "/" + method.service()->full_name() + "/" + method.name();
}

}  // namespace cartograph::test
