#include "services/method_table.h"

#include <memory>
#include <string>
#include <vector>

#include "cartograph/v1/entity_service.pb.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/generic/generic_stub.h"
#include "gtest/gtest.h"
#include "services/grpc_status.h"
#include "tests/support/test_server.h"

namespace cartograph::services {
namespace {

grpc::ByteBuffer Bytes(const std::string& text) {
  grpc::Slice slice(text);
  return grpc::ByteBuffer(&slice, 1);
}

TEST(MethodTableTest, DecodesWhatItEncodes) {
  v1::GetEntityRequest request;
  request.set_name("diseases/sle");
  v1::GetEntityRequest copy;
  ASSERT_TRUE(Decode(Encode(request), &copy).ok());
  EXPECT_EQ(copy.name(), "diseases/sle");
  ASSERT_TRUE(Decode(Bytes(""), &copy).ok());
  EXPECT_EQ(copy.name(), "");
}

TEST(MethodTableTest, SaysWhatDoesNotDecode) {
  v1::GetEntityRequest request;
  for (const std::string& text : {std::string("\xff"),
                                  std::string("\x0a\x05"
                                              "abc"),
                                  std::string("\x0a\x01\xff")}) {
    absl::Status status = Decode(Bytes(text), &request);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(status.message(),
              "the request is not a cartograph.v1.GetEntityRequest: it does not decode");
  }
}

// The status of a call with `bytes` to any method.
absl::Status Call(grpc::GenericStub* stub, const std::string& path, const std::string& bytes) {
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  auto call = stub->PrepareCall(&context, path, &queue);
  void* tag = nullptr;
  bool ok = false;
  grpc::ByteBuffer response;
  grpc::Status status;
  call->StartCall(nullptr);
  queue.Next(&tag, &ok);
  call->WriteLast(Bytes(bytes), grpc::WriteOptions(), nullptr);
  queue.Next(&tag, &ok);
  call->Read(&response, nullptr);
  queue.Next(&tag, &ok);
  call->Finish(&status, nullptr);
  queue.Next(&tag, &ok);
  return FromGrpcStatus(status);
}

TEST(MethodTableTest, EveryMethodOfEveryServiceIsThereAndRefusesNonsense) {
  test::TestServer server;
  grpc::GenericStub stub(server.InProcessChannel());
  int methods = 0;
  for (const char* file : {"entity", "fact", "question", "rule", "admin"}) {
    const auto* proto = google::protobuf::DescriptorPool::generated_pool()->FindFileByName(
        "cartograph/v1/" + std::string(file) + "_service.proto");
    ASSERT_NE(proto, nullptr) << file;
    const auto* service = proto->service(0);
    for (int i = 0; i < service->method_count(); ++i, ++methods) {
      std::string path = "/" + service->full_name() + "/" + service->method(i)->name();
      absl::Status status = Call(&stub, path, "\xff");
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << path << " " << status;
      EXPECT_EQ(status.message(), "the request is not a " +
                                      service->method(i)->input_type()->full_name() +
                                      ": it does not decode");
    }
  }
  EXPECT_GE(methods, 27);
  EXPECT_EQ(Call(&stub, "/cartograph.v1.EntityService/NoSuchMethod", "").code(),
            absl::StatusCode::kUnimplemented);
}

}  // namespace
}  // namespace cartograph::services
