#include "services/method_table.h"

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "grpcpp/impl/codegen/server_callback_handlers.h"

namespace cartograph::services {

using grpc::ByteBuffer;
using grpc::internal::RpcMethod;

absl::Status Decode(const ByteBuffer& bytes, google::protobuf::Message* message) {
  ByteBuffer copy = bytes;  // counts references; reading consumes it
  auto status =
      grpc::GenericDeserialize<grpc::ProtoBufferReader, google::protobuf::Message>(&copy, message);
  if (!status.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the request is not a ", message->GetTypeName(), ": it does not decode"));
  }
  return absl::OkStatus();
}

ByteBuffer Encode(const google::protobuf::Message& message) {
  ByteBuffer bytes;
  bool own_buffer = false;
  CHECK((grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::Message>(message, &bytes,
                                                                                    &own_buffer))
            .ok());
  return bytes;
}

MethodTable::MethodTable(absl::string_view service, const Serving* serving)
    : service_(service), serving_(serving) {}

void MethodTable::Add(absl::string_view method, RpcMethod::RpcType type,
                      grpc::internal::MethodHandler* handler) {
  int index = static_cast<int>(paths_.size());
  paths_.push_back(std::make_unique<std::string>(absl::StrCat("/", service_, "/", method)));
  AddMethod(new grpc::internal::RpcServiceMethod(paths_.back()->c_str(), type, nullptr));
  MarkMethodRawCallback(index, handler);
}

void MethodTable::UnaryBytes(absl::string_view method, Lane lane, BytesHandler handler) {
  auto shared = std::make_shared<const BytesHandler>(std::move(handler));
  auto start = [this, lane, shared](grpc::CallbackServerContext* context, const ByteBuffer* request,
                                    ByteBuffer* response) {
    return StartUnary(context, serving_, lane,
                      [shared = shared.get(), request, response](CallContext& call) {
                        return (*shared)(call, *request, response);
                      });
  };
  Add(method, RpcMethod::NORMAL_RPC,
      new grpc::internal::CallbackUnaryHandler<ByteBuffer, ByteBuffer>(std::move(start)));
}

void MethodTable::ServerStream(
    absl::string_view method,
    std::function<StreamWriter*(grpc::CallbackServerContext*, const ByteBuffer&)> start) {
  auto bytes = [start = std::move(start)](grpc::CallbackServerContext* context,
                                          const ByteBuffer* request) {
    return start(context, *request);
  };
  Add(method, RpcMethod::SERVER_STREAMING,
      new grpc::internal::CallbackServerStreamingHandler<ByteBuffer, ByteBuffer>(std::move(bytes)));
}

void MethodTable::BidiStream(absl::string_view method,
                             std::function<StreamExchange*(grpc::CallbackServerContext*)> start) {
  Add(method, RpcMethod::BIDI_STREAMING,
      new grpc::internal::CallbackBidiHandler<ByteBuffer, ByteBuffer>(std::move(start)));
}

}  // namespace cartograph::services
