// Client: a connection to a Cartograph server, and calls on it.

#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "cartograph/v1/admin_service.grpc.pb.h"
#include "cartograph/v1/entity_service.grpc.pb.h"
#include "cartograph/v1/fact_service.grpc.pb.h"
#include "cartograph/v1/question_service.grpc.pb.h"
#include "cartograph/v1/rule_service.grpc.pb.h"
#include "clients/cpp/call_status.h"

namespace cartograph::clients {

struct ClientOptions {
  std::string server = "127.0.0.1:7600";
  std::string token;                           // bearer token; "" for none
  absl::Duration timeout = absl::Seconds(30);  // of one unary call
  absl::Duration connect_timeout = absl::Seconds(5);
  absl::Duration stream_timeout = absl::InfiniteDuration();  // of one whole import or export
  int message_bytes_max = 64 << 20;  // of one answer: a proof is the largest
};

// The methods of all services, called through pointers to the methods of their generated stubs:
//
//   v1::GetEntityRequest request;
//   request.set_name("diseases/sle");
//   ASSIGN_OR_RETURN(auto response, client->Call(&v1::EntityService::Stub::GetEntity, request));
//
// Calls wait for a connection that is lost for the moment, until their deadline. Nothing is sent
// twice.
//
// Errors: what the server says, with its details (call_status.h); UNAVAILABLE without a server;
// DEADLINE_EXCEEDED. Thread-safety: all methods may be called from any thread.
class Client {
 public:
  // Returns once the server answers. UNAVAILABLE when it has not done so within `connect_timeout`.
  static absl::StatusOr<std::unique_ptr<Client>> Connect(const ClientOptions& options);

  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const std::type_identity_t<Request>& request) {
    grpc::ClientContext context;
    Prepare(options_.timeout, &context);
    Response response;
    RETURN_IF_ERROR(
        Explained((stub<Stub>()->*method)(&context, request, &response), options_.timeout));
    return response;
  }

  // Calls `method` page after page until the last, or until `use` returns false.
  template <typename Stub, typename Request, typename Response>
  absl::Status ForEachPage(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                        Response*),
                           std::type_identity_t<Request> request,
                           const std::type_identity_t<std::function<bool(const Response&)>>& use) {
    do {
      ASSIGN_OR_RETURN(Response page, Call(method, request));
      if (!use(page)) {
        break;
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return absl::OkStatus();
  }

  // Reads a stream of the server to its end, or until `use` returns an error, which is then the
  // result.
  template <typename Stub, typename Request, typename Response>
  absl::Status ForEachMessage(
      std::unique_ptr<grpc::ClientReader<Response>> (Stub::*method)(grpc::ClientContext*,
                                                                    const Request&),
      const std::type_identity_t<Request>& request,
      const std::type_identity_t<std::function<absl::Status(const Response&)>>& use) {
    grpc::ClientContext context;
    Prepare(options_.stream_timeout, &context);
    auto reader = (stub<Stub>()->*method)(&context, request);
    Response response;
    absl::Status used;
    while (used.ok() && reader->Read(&response)) {
      used = use(response);
    }
    if (!used.ok()) {
      context.TryCancel();
    }
    absl::Status finished = Explained(reader->Finish(), options_.stream_timeout);
    return used.ok() ? finished : used;
  }

  // Sends the chunks that `next` gives until it has no more; `done` gets the answers in order. A
  // few chunks are under way at once.
  absl::Status Import(
      const std::function<absl::StatusOr<std::optional<v1::ImportEntitiesRequest>>()>& next,
      const std::function<void(const v1::ImportEntitiesResponse&)>& done);

 private:
  Client(ClientOptions options, std::shared_ptr<grpc::Channel> channel);

  template <typename Stub>
  Stub* stub() {
    return std::get<std::unique_ptr<Stub>>(stubs_).get();
  }
  // Sets deadline, token, and that the call waits for the connection.
  void Prepare(absl::Duration timeout, grpc::ClientContext* context) const;
  // As absl::Status; an error that gRPC made itself says what the server and the limit were.
  absl::Status Explained(const grpc::Status& status, absl::Duration timeout) const;

  const ClientOptions options_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::tuple<std::unique_ptr<v1::EntityService::Stub>, std::unique_ptr<v1::FactService::Stub>,
                   std::unique_ptr<v1::QuestionService::Stub>,
                   std::unique_ptr<v1::RuleService::Stub>, std::unique_ptr<v1::AdminService::Stub>>
      stubs_;
};

}  // namespace cartograph::clients
