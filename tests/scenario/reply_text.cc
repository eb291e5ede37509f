#include "tests/scenario/reply_text.h"

#include <memory>
#include <set>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "google/rpc/error_details.pb.h"
#include "services/grpc_status.h"

namespace cartograph::scenario {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool IsVolatile(const FieldDescriptor& field) {
  static const auto* const kNames = new std::set<std::string>{
      "etag", "next_page_token", "model_bytes", "store_bytes", "symbols", "server_version"};
  return kNames->count(field.name()) > 0 ||
         (field.message_type() != nullptr &&
          field.message_type()->full_name() == "google.protobuf.Timestamp");
}

void MaskField(const FieldDescriptor& field, Message* message) {
  const Reflection& reflection = *message->GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    reflection.MutableMessage(message, &field)->Clear();
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    reflection.SetString(message, &field, "*");
  } else {
    reflection.SetUInt64(message, &field, 1);
  }
}

void Mask(Message* message) {
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (IsVolatile(*field)) {
      MaskField(*field, message);
    } else if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_map()) {
      continue;
    } else if (!field->is_repeated()) {
      Mask(reflection.MutableMessage(message, field));
    } else {
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        Mask(reflection.MutableRepeatedMessage(message, field, i));
      }
    }
  }
}

template <typename T>
T Detail(const absl::Status& status) {
  T detail;
  const auto payload =
      status.GetPayload(absl::StrCat("type.googleapis.com/", T::descriptor()->full_name()));
  if (payload.has_value()) detail.ParseFromString(std::string(*payload));
  return detail;
}

}  // namespace

std::string ReplyText(const Message& message) {
  const std::unique_ptr<Message> masked(message.New());
  masked->CopyFrom(message);
  Mask(masked.get());
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  printer.PrintToString(*masked, &text);
  return text.empty() ? "(empty)\n" : text;
}

std::string ErrorText(const absl::Status& status) {
  std::string text = absl::StrCat(absl::StatusCodeToString(status.code()), " ",
                                  services::ReasonOf(status), ": ", status.message(), "\n");
  const auto request = Detail<google::rpc::BadRequest>(status);
  for (const auto& violation : request.field_violations()) {
    absl::StrAppend(&text, "  field ", violation.field(), ": ", violation.description(), "\n");
  }
  const auto failure = Detail<google::rpc::PreconditionFailure>(status);
  for (const auto& violation : failure.violations()) {
    absl::StrAppend(&text, "  ", violation.type(), " ", violation.subject(), ": ",
                    violation.description(), "\n");
  }
  return text;
}

}  // namespace cartograph::scenario
