#include "kb/annotation_problem.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "cartograph/v1/annotations.pb.h"
#include "rules/syntax/lexer.h"

namespace cartograph::kb {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
}

bool IsRuleName(absl::string_view name) {
  if (name.empty() || !absl::ascii_isalpha(static_cast<unsigned char>(name[0]))) {
    return false;
  }
  for (char c : name) {
    if (!IsNameCharacter(c)) {
      return false;
    }
  }
  return true;
}

bool IsBuiltInType(absl::string_view name) {
  return name == "symbol" || name == "number" || name == "unsigned" || name == "float";
}

// `known` is the one extension that is read; others of ours would be passed over in silence.
absl::Status CheckExtensions(absl::string_view where, const Message& options, int known) {
  const Reflection* reflection = options.GetReflection();
  if (!reflection->GetUnknownFields(options).empty()) {
    return AnnotationProblem(where, "has an option that this program does not know");
  }
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(options, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->is_extension() && field->number() != known) {
      return AnnotationProblem(
          where, absl::StrCat("the option (", field->full_name(), ") has no meaning here"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckKnownBelow(absl::string_view where, const Message& message,
                             const FieldDescriptor* field) {
  const Reflection* reflection = message.GetReflection();
  if (field->message_type() == nullptr) {
    return absl::OkStatus();
  }
  if (!field->is_repeated()) {
    return CheckKnown(where, reflection->GetMessage(message, field));
  }
  for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
    RETURN_IF_ERROR(CheckKnown(where, reflection->GetRepeatedMessage(message, field, i)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AnnotationProblem(absl::string_view where, absl::string_view problem) {
  return absl::FailedPreconditionError(absl::StrCat("annotation of ", where, ": ", problem));
}

bool IsAnnotated(const FieldDescriptor* field) { return field->options().HasExtension(v1::field); }

absl::Status CheckKnown(absl::string_view where, const Message& annotation) {
  const Reflection* reflection = annotation.GetReflection();
  if (!reflection->GetUnknownFields(annotation).empty()) {
    return AnnotationProblem(
        where,
        absl::StrCat("field number ", reflection->GetUnknownFields(annotation).field(0).number(),
                     " of ", annotation.GetDescriptor()->name(), " is not known"));
  }
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(annotation, &fields);
  for (const FieldDescriptor* field : fields) {
    RETURN_IF_ERROR(CheckKnownBelow(where, annotation, field));
  }
  return absl::OkStatus();
}

absl::Status CheckMessageOptions(const google::protobuf::Descriptor* message) {
  return CheckExtensions(message->full_name(), message->options(), v1::entity.number());
}

absl::Status CheckFieldOptions(const FieldDescriptor* field) {
  return CheckExtensions(field->full_name(), field->options(), v1::field.number());
}

absl::Status CheckRuleName(absl::string_view where, absl::string_view what,
                           absl::string_view name) {
  if (!IsRuleName(name)) {
    return AnnotationProblem(where, absl::StrCat("the ", what, " name \"", name,
                                                 "\" is not a letter and letters, digits or _"));
  }
  if (rules::IsKeyword(name) || (what == "type" && IsBuiltInType(name))) {
    return AnnotationProblem(
        where, absl::StrCat("the ", what, " name \"", name, "\" is a word of the rule language"));
  }
  return absl::OkStatus();
}

}  // namespace cartograph::kb
