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
using google::protobuf::FileDescriptorProto;

// What can be found: the descriptors compiled into the process, and those of the questions of the
// pack that is active now. Holds on to both while one question is answered.
class Known {
 public:
  explicit Known(const Serving& serving) {
    const absl::StatusOr<kb::KnowledgeBase*> kb = serving.kb();
    if (!kb.ok()) {
      return;
    }
    absl::StatusOr<std::shared_ptr<const QuestionCatalogue>> catalogue =
        serving.questions().Get((*kb)->Latest());
    if (catalogue.ok()) {
      catalogue_ = *std::move(catalogue);
    }
  }

  const DescriptorPool& pool() const {
    return catalogue_ == nullptr ? *DescriptorPool::generated_pool() : catalogue_->pool();
  }
  // Null when no questions are served.
  const QuestionCatalogue* questions() const { return catalogue_.get(); }

  // `file` as it was written, comments and all where they were kept.
  FileDescriptorProto Original(const FileDescriptor& file) const {
    FileDescriptorProto original;
    if (catalogue_ != nullptr && &file == &catalogue_->file()) {
      original = catalogue_->proto();
    } else if (!DescriptorPool::internal_generated_database()->FindFileByName(file.name(),
                                                                              &original)) {
      file.CopyTo(&original);
    }
    return original;
  }

 private:
  std::shared_ptr<const QuestionCatalogue> catalogue_;
};

// The bytes of `file` and of all it imports, each once, itself first.
std::vector<std::string> WithImports(const FileDescriptor& file, const Known& known) {
  std::vector<std::string> bytes;
  std::vector<const FileDescriptor*> pending = {&file};
  absl::flat_hash_set<const FileDescriptor*> seen = {&file};
  while (!pending.empty()) {
    const FileDescriptor* next = pending.back();
    pending.pop_back();
    bytes.push_back(known.Original(*next).SerializeAsString());
    for (int i = 0; i < next->dependency_count(); ++i) {
      if (seen.insert(next->dependency(i)).second) {
        pending.push_back(next->dependency(i));
      }
    }
  }
  return bytes;
}

const FileDescriptor* FileOfExtension(const std::string& type, int number, const Known& known) {
  const Descriptor* message = known.pool().FindMessageTypeByName(type);
  const FieldDescriptor* extension =
      message == nullptr ? nullptr : known.pool().FindExtensionByNumber(message, number);
  return extension == nullptr ? nullptr : extension->file();
}

// What a server that reflects knows of: fixed services, and the questions.
struct Reflected {
  std::vector<std::string> services;
  const Serving* serving;
};

// Answers one request; the messages of the two versions differ in nothing but their package.
template <typename Request, typename Response>
class Answer {
 public:
  Answer(const Reflected& reflected, Response* response)
      : services_(reflected.services), known_(*reflected.serving), response_(response) {}

  void Fill(const Request& request) {
    response_->Clear();
    response_->set_valid_host(request.host());
    *response_->mutable_original_request() = request;
    switch (request.message_request_case()) {
      case Request::kFileByFilename:
        return FillFile(known_.pool().FindFileByName(request.file_by_filename()),
                        request.file_by_filename());
      case Request::kFileContainingSymbol:
        return FillFile(known_.pool().FindFileContainingSymbol(request.file_containing_symbol()),
                        request.file_containing_symbol());
      case Request::kFileContainingExtension: {
        const auto& asked = request.file_containing_extension();
        return FillFile(FileOfExtension(asked.containing_type(), asked.extension_number(), known_),
                        asked.containing_type());
      }
      case Request::kAllExtensionNumbersOfType:
        return FillExtensions(request.all_extension_numbers_of_type());
      case Request::kListServices:
        return FillServices();
      case Request::MESSAGE_REQUEST_NOT_SET:
        return FillError(grpc::StatusCode::INVALID_ARGUMENT, "nothing was asked");
    }
  }

 private:
  void FillError(grpc::StatusCode code, const std::string& message) {
    response_->mutable_error_response()->set_error_code(code);
    response_->mutable_error_response()->set_error_message(message);
  }

  void FillFile(const FileDescriptor* file, const std::string& asked) {
    if (file == nullptr) {
      return FillError(grpc::StatusCode::NOT_FOUND, absl::StrCat("not known here: ", asked));
    }
    for (std::string& bytes : WithImports(*file, known_)) {
      *response_->mutable_file_descriptor_response()->add_file_descriptor_proto() =
          std::move(bytes);
    }
  }

  void FillExtensions(const std::string& type) {
    const Descriptor* message = known_.pool().FindMessageTypeByName(type);
    if (message == nullptr) {
      return FillError(grpc::StatusCode::NOT_FOUND, absl::StrCat("not known here: ", type));
    }
    std::vector<const FieldDescriptor*> extensions;
    known_.pool().FindAllExtensions(message, &extensions);
    auto* numbers = response_->mutable_all_extension_numbers_response();
    numbers->set_base_type_name(type);
    for (const FieldDescriptor* extension : extensions) {
      numbers->add_extension_number(extension->number());
    }
  }

  void FillServices() {
    auto* list = response_->mutable_list_services_response();
    for (const std::string& service : services_) {
      list->add_service()->set_name(service);
    }
    if (known_.questions() != nullptr) {
      list->add_service()->set_name(known_.questions()->service());
    }
  }

  const std::vector<std::string>& services_;
  const Known known_;
  Response* const response_;
};

// One stream: reads a question, writes the answer, reads the next. One operation is under way at
// any time, so that a cancellation shows as its failure.
template <typename Request, typename Response>
class Stream final : public grpc::ServerBidiReactor<Request, Response> {
 public:
  explicit Stream(const Reflected* reflected) : reflected_(reflected) {
    this->StartRead(&request_);
  }
  void OnReadDone(bool ok) override {
    if (!ok) {
      this->Finish(grpc::Status::OK);
      return;
    }
    Answer<Request, Response> answer(*reflected_, &response_);
    answer.Fill(request_);
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
  const Reflected* const reflected_;
  Request request_;
  Response response_;
};

template <typename Base, typename Request, typename Response>
class Reflection final : public Base {
 public:
  explicit Reflection(const Reflected* reflected) : reflected_(reflected) {}
  grpc::ServerBidiReactor<Request, Response>* ServerReflectionInfo(
      grpc::CallbackServerContext*) override {
    return new Stream<Request, Response>(reflected_);
  }

 private:
  const Reflected* const reflected_;
};

namespace v1r = grpc::reflection::v1;
namespace v1alpha = grpc::reflection::v1alpha;

}  // namespace

class ReflectionService::Impl {
 public:
  explicit Impl(Reflected reflected)
      : reflected_(std::move(reflected)), v1_(&reflected_), v1alpha_(&reflected_) {}
  std::vector<grpc::Service*> services() { return {&v1_, &v1alpha_}; }

 private:
  const Reflected reflected_;
  Reflection<v1r::ServerReflection::CallbackService, v1r::ServerReflectionRequest,
             v1r::ServerReflectionResponse>
      v1_;
  Reflection<v1alpha::ServerReflection::CallbackService, v1alpha::ServerReflectionRequest,
             v1alpha::ServerReflectionResponse>
      v1alpha_;
};

ReflectionService::ReflectionService(std::vector<std::string> services, const Serving* serving)
    : impl_(std::make_unique<Impl>(Reflected{std::move(services), serving})) {}
ReflectionService::~ReflectionService() = default;

std::vector<grpc::Service*> ReflectionService::services() { return impl_->services(); }

}  // namespace cartograph::services
