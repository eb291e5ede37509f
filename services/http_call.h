// HttpCall: one request of HTTP, carried out as a call of gRPC within the process.

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/mutex.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/client_context.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/byte_buffer.h"
#include "services/connect_protocol.h"
#include "services/question_catalogue.h"
#include "services/serving.h"

namespace cartograph::services {

// A method of a registered service, or of the questions.
class HttpMethod {
 public:
  // The method at `path`, "/cartograph.v1.EntityService/GetEntity". UNIMPLEMENTED: there is none,
  // or it has a stream of requests.
  static absl::StatusOr<HttpMethod> Find(absl::string_view path, const Serving& serving);

  bool server_streaming() const { return descriptor_->server_streaming(); }
  std::string path() const;
  std::unique_ptr<google::protobuf::Message> NewRequest() const {
    return NewMessage(*descriptor_->input_type());
  }
  std::unique_ptr<google::protobuf::Message> NewResponse() const {
    return NewMessage(*descriptor_->output_type());
  }

 private:
  std::unique_ptr<google::protobuf::Message> NewMessage(
      const google::protobuf::Descriptor& type) const;

  std::shared_ptr<const QuestionCatalogue> questions_;  // what the descriptor belongs to, or null
  const google::protobuf::MethodDescriptor* descriptor_ = nullptr;
};

// Counts what is under way. Thread-safety: any thread.
class CallCount {
 public:
  void Add();
  void Remove();
  // Returns when there is none.
  void AwaitNone();

 private:
  base::Mutex mutex_;
  base::CondVar none_;
  size_t calls_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Thread-safety: one at a time, but context().TryCancel() from any thread.
class HttpCall {
 public:
  // REQUIRES: `count` outlives the call.
  HttpCall(HttpMethod method, ConnectFormat format, CallCount* count);
  ~HttpCall() { count_->Remove(); }
  HttpCall(const HttpCall&) = delete;
  HttpCall& operator=(const HttpCall&) = delete;

  grpc::ClientContext& context() { return context_; }
  const ConnectFormat& format() const { return format_; }

  // INVALID_ARGUMENT: `body` holds no request of the method.
  absl::Status SetRequest(const std::string& body);
  // The last response as it goes out, without envelope.
  absl::StatusOr<std::string> ResponseBody() const;

  // `done` is told the call's end, on a thread of gRPC. REQUIRES: `call` has a request.
  static void StartUnary(std::shared_ptr<HttpCall> call, grpc::GenericStub* stub,
                         std::function<void(const grpc::Status&)> done);

 private:
  friend class HttpStream;

  const HttpMethod method_;
  const ConnectFormat format_;
  CallCount* const count_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
};

// The responses of a server's stream one at a time: the next is read when the last was taken.
// Deletes itself at the end.
class HttpStream final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  // On threads of gRPC: `on_message` when the call has another response, until Next() is called;
  // `on_end` once, after the last.
  HttpStream(std::shared_ptr<HttpCall> call, std::function<void(HttpStream*)> on_message,
             std::function<void(const grpc::Status&)> on_end)
      : call_(std::move(call)), on_message_(std::move(on_message)), on_end_(std::move(on_end)) {}

  void Start(grpc::GenericStub* stub);
  void Next() { StartRead(&call_->response_); }

  void OnReadDone(bool ok) override { ok ? on_message_(this) : RemoveHold(); }
  void OnDone(const grpc::Status& status) override {
    on_end_(status);
    delete this;
  }

 private:
  const std::shared_ptr<HttpCall> call_;
  const std::function<void(HttpStream*)> on_message_;
  const std::function<void(const grpc::Status&)> on_end_;
};

}  // namespace cartograph::services
