#include "services/reflection_service.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/descriptor_database.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"

namespace cartograph::services {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

const DescriptorPool& Pool() { return *DescriptorPool::generated_pool(); }

// The bytes of `file` and of all it imports, each once, itself first.
std::vector<std::string> WithImports(const FileDescriptor& file) {
  std::vector<std::string> bytes;
  std::vector<const FileDescriptor*> pending = {&file};
  absl::flat_hash_set<const FileDescriptor*> seen = {&file};
  while (!pending.empty()) {
    const FileDescriptor* next = pending.back();
    pending.pop_back();
    google::protobuf::FileDescriptorProto original;
    if (!DescriptorPool::internal_generated_database()->FindFileByName(next->name(), &original)) {
      next->CopyTo(&original);
    }
    bytes.push_back(original.SerializeAsString());
    for (int i = 0; i < next->dependency_count(); ++i) {
      if (seen.insert(next->dependency(i)).second) {
        pending.push_back(next->dependency(i));
      }
    }
  }
  return bytes;
}

const FileDescriptor* FileOfExtension(const std::string& type, int number) {
  const Descriptor* message = Pool().FindMessageTypeByName(type);
  const FieldDescriptor* extension =
      message == nullptr ? nullptr : Pool().FindExtensionByNumber(message, number);
  return extension == nullptr ? nullptr : extension->file();
}

// Answers for the messages of one version; the versions differ in nothing but their package.
template <typename Request, typename Response>
class Answers {
 public:
  explicit Answers(const std::vector<std::string>* services) : services_(services) {}

  void Fill(const Request& request, Response* response) const {
    response->Clear();
    response->set_valid_host(request.host());
    *response->mutable_original_request() = request;
    switch (request.message_request_case()) {
      case Request::kFileByFilename:
        return FillFile(Pool().FindFileByName(request.file_by_filename()),
                        request.file_by_filename(), response);
      case Request::kFileContainingSymbol:
        return FillFile(Pool().FindFileContainingSymbol(request.file_containing_symbol()),
                        request.file_containing_symbol(), response);
      case Request::kFileContainingExtension: {
        const auto& asked = request.file_containing_extension();
        return FillFile(FileOfExtension(asked.containing_type(), asked.extension_number()),
                        asked.containing_type(), response);
      }
      case Request::kAllExtensionNumbersOfType:
        return FillExtensions(request.all_extension_numbers_of_type(), response);
      case Request::kListServices:
        for (const std::string& service : *services_) {
          response->mutable_list_services_response()->add_service()->set_name(service);
        }
        return;
      case Request::MESSAGE_REQUEST_NOT_SET:
        return FillError(grpc::StatusCode::INVALID_ARGUMENT, "nothing was asked", response);
    }
  }

 private:
  static void FillError(grpc::StatusCode code, const std::string& message, Response* response) {
    response->mutable_error_response()->set_error_code(code);
    response->mutable_error_response()->set_error_message(message);
  }

  static void FillFile(const FileDescriptor* file, const std::string& asked, Response* response) {
    if (file == nullptr) {
      return FillError(grpc::StatusCode::NOT_FOUND, absl::StrCat("not known here: ", asked),
                       response);
    }
    for (std::string& bytes : WithImports(*file)) {
      *response->mutable_file_descriptor_response()->add_file_descriptor_proto() = std::move(bytes);
    }
  }

  static void FillExtensions(const std::string& type, Response* response) {
    const Descriptor* message = Pool().FindMessageTypeByName(type);
    if (message == nullptr) {
      return FillError(grpc::StatusCode::NOT_FOUND, absl::StrCat("not known here: ", type),
                       response);
    }
    std::vector<const FieldDescriptor*> extensions;
    Pool().FindAllExtensions(message, &extensions);
    auto* numbers = response->mutable_all_extension_numbers_response();
    numbers->set_base_type_name(type);
    for (const FieldDescriptor* extension : extensions) {
      numbers->add_extension_number(extension->number());
    }
  }

  const std::vector<std::string>* const services_;
};

// One stream: reads a question, writes the answer, reads the next. One operation is under way at
// any time, so that a cancellation shows as its failure.
template <typename Request, typename Response>
class Stream final : public grpc::ServerBidiReactor<Request, Response> {
 public:
  explicit Stream(const std::vector<std::string>* services) : answers_(services) {
    this->StartRead(&request_);
  }
  void OnReadDone(bool ok) override {
    if (!ok) {
      this->Finish(grpc::Status::OK);
      return;
    }
    answers_.Fill(request_, &response_);
    this->StartWrite(&response_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) {
      this->Finish(grpc::Status::CANCELLED);
      return;
    }
    this->StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  const Answers<Request, Response> answers_;
  Request request_;
  Response response_;
};

template <typename Base, typename Request, typename Response>
class Reflection final : public Base {
 public:
  explicit Reflection(const std::vector<std::string>* services) : services_(services) {}
  grpc::ServerBidiReactor<Request, Response>* ServerReflectionInfo(
      grpc::CallbackServerContext*) override {
    return new Stream<Request, Response>(services_);
  }

 private:
  const std::vector<std::string>* const services_;
};

namespace v1r = grpc::reflection::v1;
namespace v1alpha = grpc::reflection::v1alpha;

}  // namespace

class ReflectionService::Impl {
 public:
  explicit Impl(std::vector<std::string> services)
      : names_(std::move(services)), v1_(&names_), v1alpha_(&names_) {}
  std::vector<grpc::Service*> services() { return {&v1_, &v1alpha_}; }

 private:
  const std::vector<std::string> names_;
  Reflection<v1r::ServerReflection::CallbackService, v1r::ServerReflectionRequest,
             v1r::ServerReflectionResponse>
      v1_;
  Reflection<v1alpha::ServerReflection::CallbackService, v1alpha::ServerReflectionRequest,
             v1alpha::ServerReflectionResponse>
      v1alpha_;
};

ReflectionService::ReflectionService(std::vector<std::string> services)
    : impl_(std::make_unique<Impl>(std::move(services))) {}
ReflectionService::~ReflectionService() = default;

std::vector<grpc::Service*> ReflectionService::services() { return impl_->services(); }

}  // namespace cartograph::services
