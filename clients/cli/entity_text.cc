#include "clients/cli/entity_text.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/cli/value_text.h"

namespace cartograph::clients {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Fields = std::vector<std::pair<std::string, std::string>>;
using Names = google::protobuf::RepeatedPtrField<v1::Name>;

template <typename Enum>
std::string Word(Enum value) {
  return EnumWord(*google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value));
}

std::string LabelOf(const Names& names) {
  for (const v1::Name& name : names) {
    if (name.kind() == v1::NAME_KIND_PREFERRED) {
      return name.text();
    }
  }
  return names.empty() ? "" : names[0].text();
}

std::string LabelOf(const v1::Source& source) {
  if (source.titles_size() > 0) {
    return source.titles(0).text();
  }
  return source.identifiers_size() > 0 ? source.identifiers(0).curie() : "";
}

std::string ScalarText(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& reflection = *message.GetReflection();
  bool repeated = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return repeated ? reflection.GetRepeatedString(message, &field, index)
                      : reflection.GetString(message, &field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumWord(*field.enum_type(),
                      repeated ? reflection.GetRepeatedEnumValue(message, &field, index)
                               : reflection.GetEnumValue(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(reflection.GetUInt32(message, &field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(reflection.GetUInt64(message, &field));
    default:
      return absl::StrCat("(", field.cpp_type_name(), ")");
  }
}

void AppendFields(const Message& message, const std::string& prefix, Fields* fields);

void AppendElement(const Message& message, const FieldDescriptor& field, int index,
                   const std::string& path, Fields* fields) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    fields->emplace_back(path, ScalarText(message, field, index));
    return;
  }
  const Reflection& reflection = *message.GetReflection();
  const Message& child = field.is_repeated() ? reflection.GetRepeatedMessage(message, &field, index)
                                             : reflection.GetMessage(message, &field);
  if (const auto* time = dynamic_cast<const google::protobuf::Timestamp*>(&child)) {
    fields->emplace_back(path, TimeText(*time));
    return;
  }
  AppendFields(child, absl::StrCat(path, "."), fields);
}

void AppendFields(const Message& message, const std::string& prefix, Fields* fields) {
  std::vector<const FieldDescriptor*> set;
  message.GetReflection()->ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    std::string path = absl::StrCat(prefix, field->name());
    if (!field->is_repeated()) {
      AppendElement(message, *field, 0, path, fields);
      continue;
    }
    int size = message.GetReflection()->FieldSize(message, field);
    for (int i = 0; i < size; ++i) {
      AppendElement(message, *field, i, absl::StrCat(path, "[", i, "]"), fields);
    }
  }
}

}  // namespace

std::string EntityLabel(const v1::Entity& entity) {
  switch (entity.body_case()) {
    case v1::Entity::kTherapy:
      return LabelOf(entity.therapy().names());
    case v1::Entity::kTarget:
      return LabelOf(entity.target().names());
    case v1::Entity::kDisease:
      return LabelOf(entity.disease().names());
    case v1::Entity::kChallenge:
      return LabelOf(entity.challenge().names());
    case v1::Entity::kEvidence:
      return entity.evidence().statement();
    case v1::Entity::kSource:
      return LabelOf(entity.source());
    case v1::Entity::kRecord:
      return entity.record().format();
    case v1::Entity::BODY_NOT_SET:
      break;
  }
  return "";
}

std::string EntityKindWord(const v1::Entity& entity) {
  switch (entity.body_case()) {
    case v1::Entity::kTherapy:
      return Word(entity.therapy().modality());
    case v1::Entity::kTarget:
      return Word(entity.target().kind());
    case v1::Entity::kChallenge:
      return Word(entity.challenge().kind());
    case v1::Entity::kEvidence:
      return Word(entity.evidence().proposition().predicate());
    case v1::Entity::kSource:
      return Word(entity.source().kind());
    default:
      return "";
  }
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) {
    return "";
  }
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

Fields FieldsOf(const Message& message) {
  Fields fields;
  AppendFields(message, "", &fields);
  return fields;
}

}  // namespace cartograph::clients
