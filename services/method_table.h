// MethodTable: a service as a table of its methods and their handlers.
//
//   auto service = std::make_unique<MethodTable>("cartograph.v1.FactService", serving);
//   service->Unary("CheckFacts", Lane::kCompute, CheckFacts);
//
// Why not the generated base classes: they answer a request that does not decode with UNIMPLEMENTED
// and no text, before any handler could say what is wrong. Here gRPC deals in bytes, and decoding
// is the first step of a handler, on the handler's thread.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "google/protobuf/message.h"
#include "grpcpp/impl/service_type.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "services/call_context.h"
#include "services/serving.h"
#include "services/unary_call.h"

namespace cartograph::services {

// INVALID_ARGUMENT when `bytes` is not a message of the type of `message`.
absl::Status Decode(const grpc::ByteBuffer& bytes, google::protobuf::Message* message);
grpc::ByteBuffer Encode(const google::protobuf::Message& message);

// To be filled before it is registered. REQUIRES: `serving` outlives it.
class MethodTable final : public grpc::Service {
 public:
  using BytesHandler = std::function<absl::Status(
      CallContext& call, const grpc::ByteBuffer& request, grpc::ByteBuffer* response)>;
  using StreamWriter = grpc::ServerWriteReactor<grpc::ByteBuffer>;
  using StreamExchange = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

  // `service` is the full name, as in the proto.
  MethodTable(absl::string_view service, const Serving* serving);

  // The method is answered by `handler`, in `lane`.
  template <typename Request, typename Response>
  void Unary(absl::string_view method, Lane lane,
             absl::Status (*handler)(CallContext& call, const Request& request,
                                     Response* response)) {
    Unary(method, lane,
          std::function<absl::Status(CallContext&, const Request&, Response*)>(handler));
  }
  template <typename Request, typename Response>
  void Unary(
      absl::string_view method, Lane lane,
      std::function<absl::Status(CallContext& call, const Request& request, Response* response)>
          handler) {
    UnaryBytes(method, lane,
               [handler = std::move(handler)](CallContext& call, const grpc::ByteBuffer& in,
                                              grpc::ByteBuffer* out) -> absl::Status {
                 Request request;
                 RETURN_IF_ERROR(Decode(in, &request));
                 Response response;
                 RETURN_IF_ERROR(handler(call, request, &response));
                 *out = Encode(response);
                 return absl::OkStatus();
               });
  }
  // As Unary, for handlers that encode their answer themselves.
  void UnaryBytes(absl::string_view method, Lane lane, BytesHandler handler);

  // The reactor deletes itself when it is done.
  void ServerStream(absl::string_view method,
                    std::function<StreamWriter*(grpc::CallbackServerContext* context,
                                                const grpc::ByteBuffer& request)>
                        start);
  void BidiStream(absl::string_view method,
                  std::function<StreamExchange*(grpc::CallbackServerContext* context)> start);

 private:
  // Takes the handler over.
  void Add(absl::string_view method, grpc::internal::RpcMethod::RpcType type,
           grpc::internal::MethodHandler* handler);

  const std::string service_;
  const Serving* const serving_;
  std::vector<std::unique_ptr<std::string>> paths_;  // gRPC keeps pointers to their characters
};

}  // namespace cartograph::services
