#include "services/http_call.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/status.h"

namespace cartograph::services {

using google::protobuf::DescriptorPool;
using google::protobuf::Message;
using google::protobuf::MessageFactory;

namespace {

std::string ToBytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (buffer.Dump(&slices).ok()) {
    for (const grpc::Slice& slice : slices) {
      bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
  }
  return bytes;
}

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

absl::StatusOr<HttpMethod> HttpMethod::Find(absl::string_view path, const Serving& serving) {
  HttpMethod method;
  const DescriptorPool* pool = DescriptorPool::generated_pool();
  if (const auto kb = serving.kb(); kb.ok()) {
    ASSIGN_OR_RETURN(method.questions_, serving.questions().Get((*kb)->Latest()));
  }
  if (method.questions_ != nullptr) {
    pool = &method.questions_->pool();
  }
  const absl::string_view name = path.empty() ? path : path.substr(1);
  method.descriptor_ = pool->FindMethodByName(absl::StrReplaceAll(name, {{"/", "."}}));
  if (method.descriptor_ == nullptr || method.path() != path) {
    return absl::UnimplementedError(absl::StrCat("there is no method ", path));
  }
  if (method.descriptor_->client_streaming()) {
    return absl::UnimplementedError(
        absl::StrCat(path, " takes a stream of requests, which HTTP/1.1 does not carry; use gRPC"));
  }
  return method;
}

std::string HttpMethod::path() const {
  return absl::StrCat("/", descriptor_->service()->full_name(), "/", descriptor_->name());
}

std::unique_ptr<Message> HttpMethod::NewMessage(const google::protobuf::Descriptor& type) const {
  if (questions_ != nullptr) {
    return questions_->NewMessage(type);
  }
  return std::unique_ptr<Message>(MessageFactory::generated_factory()->GetPrototype(&type)->New());
}

void CallCount::Add() {
  base::MutexLock lock(&mutex_);
  ++calls_;
}

void CallCount::Remove() {
  base::MutexLock lock(&mutex_);
  if (--calls_ == 0) {
    none_.NotifyAll();
  }
}

void CallCount::AwaitNone() {
  base::MutexLock lock(&mutex_);
  while (calls_ > 0) {
    none_.Wait(&mutex_);
  }
}

HttpCall::HttpCall(HttpMethod method, ConnectFormat format, CallCount* count)
    : method_(std::move(method)), format_(format), count_(count) {
  count_->Add();
}

absl::Status HttpCall::SetRequest(const std::string& body) {
  std::string message = body;
  if (format_.stream) {
    ASSIGN_OR_RETURN(message, OpenEnvelope(body));
  }
  ASSIGN_OR_RETURN(message, FromBody(message, format_, method_.NewRequest().get()));
  request_ = ToBuffer(message);
  return absl::OkStatus();
}

absl::StatusOr<std::string> HttpCall::ResponseBody() const {
  return ToBody(ToBytes(response_), format_, method_.NewResponse().get());
}

void HttpCall::StartUnary(std::shared_ptr<HttpCall> call, grpc::GenericStub* stub,
                          std::function<void(const grpc::Status&)> done) {
  HttpCall* started = call.get();
  stub->UnaryCall(&started->context_, started->method_.path(), {}, &started->request_,
                  &started->response_,
                  [call = std::move(call), done = std::move(done)](const grpc::Status& status) {
                    done(status);
                  });
}

void HttpStream::Start(grpc::GenericStub* stub) {
  stub->PrepareBidiStreamingCall(&call_->context_, call_->method_.path(), {}, this);
  AddHold();  // for the reads that are started from outside
  StartWriteLast(&call_->request_, grpc::WriteOptions());
  StartRead(&call_->response_);
  StartCall();
}

}  // namespace cartograph::services
