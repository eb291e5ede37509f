#include "kb/entity_check.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "base/utf8.h"
#include "kb/entity_plan.h"
#include "kb/field_path.h"
#include "kb/resource_name.h"

namespace cartograph::kb {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// One element of a field; `index` is -1 when it is not repeated.
struct Element {
  const Message& message;
  const FieldPlan& plan;
  int index;

  const Reflection& reflection() const { return *message.GetReflection(); }
  const Message& Below() const {
    return index < 0 ? reflection().GetMessage(message, plan.field)
                     : reflection().GetRepeatedMessage(message, plan.field, index);
  }
  const std::string& Text(std::string* scratch) const {
    return index < 0 ? reflection().GetStringReference(message, plan.field, scratch)
                     : reflection().GetRepeatedStringReference(message, plan.field, index, scratch);
  }
  int EnumNumber() const {
    return index < 0 ? reflection().GetEnumValue(message, plan.field)
                     : reflection().GetRepeatedEnumValue(message, plan.field, index);
  }
  double Number() const {
    if (plan.field->cpp_type() == FieldDescriptor::CPPTYPE_FLOAT) {
      return index < 0 ? reflection().GetFloat(message, plan.field)
                       : reflection().GetRepeatedFloat(message, plan.field, index);
    }
    return index < 0 ? reflection().GetDouble(message, plan.field)
                     : reflection().GetRepeatedDouble(message, plan.field, index);
  }
};

// One walk over one entity.
class Walk {
 public:
  Walk(const EntityPlan& plan, Violations* violations) : plan_(plan), violations_(violations) {}

  void CheckMessage(const Message& message, const MessagePlan& plan, const FieldPath& path);

 private:
  void CheckField(const Message& message, const FieldPlan& plan, const FieldPath& path);
  void CheckElement(const Element& element, const FieldPath& path);
  void CheckText(const Element& element, const FieldPath& path);
  void CheckReference(absl::string_view name, const FieldPlan& plan, const FieldPath& path);
  void CheckDate(const Message& date, const FieldPath& path);

  const EntityPlan& plan_;
  Violations* const violations_;
};

void Walk::CheckMessage(const Message& message, const MessagePlan& plan, const FieldPath& path) {
  if (!message.GetReflection()->GetUnknownFields(message).empty()) {
    int number = message.GetReflection()->GetUnknownFields(message).field(0).number();
    violations_->Add(path.ToString(), absl::StrCat("has a field of unknown number ", number));
  }
  for (const FieldPlan& field : plan.fields) {
    if (!field.output_only) {
      CheckField(message, field, path);
    }
  }
  if (plan.partial_date) {
    CheckDate(message, path);
  }
}

bool IsSet(const Message& message, const FieldDescriptor* field) {
  return message.GetReflection()->HasField(message, field);
}

void Walk::CheckField(const Message& message, const FieldPlan& plan, const FieldPath& path) {
  const FieldDescriptor* field = plan.field;
  if (!field->is_repeated()) {
    FieldPath here(path, field);
    if (IsSet(message, field)) {
      CheckElement({message, plan, -1}, here);
    } else if (plan.required) {
      violations_->Add(here.ToString(), "is required");
    } else if (plan.pattern != nullptr) {
      CheckText({message, plan, -1}, here);
    }
    return;
  }
  int size = message.GetReflection()->FieldSize(message, field);
  if (size == 0 && plan.required) {
    violations_->Add(FieldPath(path, field).ToString(), "needs at least one element");
  }
  if (static_cast<size_t>(size) > plan.items_max) {
    violations_->Add(
        FieldPath(path, field).ToString(),
        absl::StrCat("has ", size, " elements; at most ", plan.items_max, " are allowed"));
    return;
  }
  for (int i = 0; i < size; ++i) {
    CheckElement({message, plan, i}, FieldPath(path, field, i));
  }
}

void Walk::CheckElement(const Element& element, const FieldPath& path) {
  const FieldDescriptor* field = element.plan.field;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return CheckMessage(element.Below(), *element.plan.message, path);
    case FieldDescriptor::CPPTYPE_STRING:
      return CheckText(element, path);
    case FieldDescriptor::CPPTYPE_ENUM: {
      int number = element.EnumNumber();
      if (field->enum_type()->FindValueByNumber(number) == nullptr) {
        violations_->Add(path.ToString(),
                         absl::StrCat("is ", number, ", which is no ", field->enum_type()->name()));
      } else if (number == 0 && element.plan.required) {
        violations_->Add(path.ToString(), "must not be unspecified");
      }
      return;
    }
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      if (!std::isfinite(element.Number())) {
        violations_->Add(path.ToString(), "must be a finite number");
      }
      return;
    default:
      return;
  }
}

void Walk::CheckText(const Element& element, const FieldPath& path) {
  const FieldPlan& plan = element.plan;
  std::string scratch;
  const std::string& text = element.Text(&scratch);
  if (text.size() > plan.bytes_max) {
    violations_->Add(path.ToString(), absl::StrCat("has ", text.size(), " bytes; at most ",
                                                   plan.bytes_max, " are allowed"));
    return;
  }
  if (plan.field->type() == FieldDescriptor::TYPE_BYTES) {
    return;
  }
  if (text.empty() && plan.required) {  // an element of a repeated field
    violations_->Add(path.ToString(), "must not be empty");
    return;
  }
  if (absl::string_view problem = TextProblem(text, plan.multiline); !problem.empty()) {
    violations_->Add(path.ToString(), std::string(problem));
  } else if (!plan.collections.empty()) {
    CheckReference(text, plan, path);
  } else if (plan.pattern != nullptr && !RE2::FullMatch(text, *plan.pattern)) {
    violations_->Add(path.ToString(), absl::StrCat("must match ", plan.pattern->pattern()));
  }
}

void Walk::CheckReference(absl::string_view name, const FieldPlan& plan, const FieldPath& path) {
  if (!IsResourceName(name)) {
    violations_->Add(path.ToString(), absl::StrCat("\"", name, "\" is not the name of an entity"));
    return;
  }
  absl::string_view collection = CollectionOf(name);
  if (std::find(plan.collections.begin(), plan.collections.end(), collection) ==
      plan.collections.end()) {
    violations_->Add(path.ToString(),
                     absl::StrCat("must name an entity of ", absl::StrJoin(plan.collections, ", "),
                                  "; \"", name, "\" does not"));
  }
}

int32_t Part(const Message& date, const char* name) {
  const FieldDescriptor* field = date.GetDescriptor()->FindFieldByName(name);
  bool is_int = field != nullptr && field->cpp_type() == FieldDescriptor::CPPTYPE_INT32;
  return is_int ? date.GetReflection()->GetInt32(date, field) : 0;
}

void Walk::CheckDate(const Message& date, const FieldPath& path) {
  int32_t year = Part(date, "year");
  int32_t month = Part(date, "month");
  int32_t day = Part(date, "day");
  absl::string_view problem;
  if (year < 0 || year > 9999) {
    problem = "the year must be 1 to 9999";
  } else if (month < 0 || month > 12) {
    problem = "the month must be 1 to 12, or 0 when it is unknown";
  } else if (day < 0 || day > 31) {
    problem = "the day must be 1 to 31, or 0 when it is unknown";
  } else if (day > 0 && month == 0) {
    problem = "a day needs a month";
  } else if (day > 0 && absl::CivilDay(year, month, day).day() != day) {
    problem = "there is no such day";
  }
  if (!problem.empty()) {
    violations_->Add(path.ToString(), std::string(problem));
  }
}

bool IsControl(unsigned char c) { return c < 0x20 || c == 0x7f; }

void CheckBody(const EntityPlan& plan, const Message& entity, absl::string_view name,
               const FieldPath& path, Violations* violations) {
  const FieldDescriptor* body =
      entity.GetReflection()->GetOneofFieldDescriptor(entity, plan.fields.body);
  if (body == nullptr) {
    violations->Add(path.ToString(), "has no body: set one of its kinds");
    return;
  }
  size_t index = plan.kind_by_body.at(body);
  const EntityKind& kind = plan.kinds[index];
  if (IsResourceName(name) && CollectionOf(name) != kind.collection) {
    violations->Add(
        FieldPath(path, body).ToString(),
        absl::StrCat("a ", kind.type, " is named \"", kind.collection, "/…\", not \"", name, "\""));
  }
  Walk(plan, violations)
      .CheckMessage(entity.GetReflection()->GetMessage(entity, body), *plan.bodies[index],
                    FieldPath(path, body));
}

void ClearBelow(const MessagePlan& plan, Message* message) {
  const Reflection* reflection = message->GetReflection();
  for (const FieldPlan& field : plan.fields) {
    if (field.output_only) {
      reflection->ClearField(message, field.field);
    } else if (field.message == nullptr) {
      continue;
    } else if (!field.field->is_repeated()) {
      if (reflection->HasField(*message, field.field)) {
        ClearBelow(*field.message, reflection->MutableMessage(message, field.field));
      }
    } else {
      for (int i = 0; i < reflection->FieldSize(*message, field.field); ++i) {
        ClearBelow(*field.message, reflection->MutableRepeatedMessage(message, field.field, i));
      }
    }
  }
}

}  // namespace

absl::string_view TextProblem(absl::string_view text, bool multiline) {
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    bool c1 = c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if ((IsControl(c) && !(multiline && (c == '\n' || c == '\t'))) || c1) {
      return multiline ? "has a control character" : "has a control character, a tab or a newline";
    }
  }
  return base::FirstInvalidUtf8(text).has_value() ? "is not UTF-8" : "";
}

void CheckName(const EntitySchema& schema, absl::string_view name, absl::string_view path,
               Violations* violations) {
  if (name.empty()) {
    violations->Add(std::string(path), "is required");
  } else if (!IsResourceName(name)) {
    violations->Add(std::string(path),
                    "is not a collection, a slash, and 1 to 128 of A-Z a-z 0-9 . _ ~ - that begin "
                    "with a letter or digit");
  } else if (schema.KindOf(name) == nullptr) {
    violations->Add(std::string(path),
                    absl::StrCat("there is no collection \"", CollectionOf(name), "\""));
  }
}

void EntityCheck::Check(const Message& entity, absl::string_view path,
                        Violations* violations) const {
  const EntityPlan& plan = schema_->plan();
  FieldPath root(path);
  if (size_t bytes = entity.ByteSizeLong(); bytes > entity_bytes_max_) {
    violations->Add(root.ToString(),
                    absl::StrCat("has ", bytes, " bytes; entity_bytes_max = ", entity_bytes_max_));
    return;
  }
  if (!entity.GetReflection()->GetUnknownFields(entity).empty()) {
    int number = entity.GetReflection()->GetUnknownFields(entity).field(0).number();
    violations->Add(root.ToString(), absl::StrCat("has a field of unknown number ", number));
  }
  std::string scratch;
  const std::string& name =
      entity.GetReflection()->GetStringReference(entity, plan.fields.name, &scratch);
  CheckName(*schema_, name, FieldPath(root, plan.fields.name).ToString(), violations);
  CheckBody(plan, entity, name, root, violations);
}

void ClearOutputOnly(const EntitySchema& schema, Message* entity) {
  const EntityPlan& plan = schema.plan();
  const Reflection* reflection = entity->GetReflection();
  const FieldDescriptor* body = reflection->GetOneofFieldDescriptor(*entity, plan.fields.body);
  if (body != nullptr) {
    ClearBelow(*plan.bodies[plan.kind_by_body.at(body)], reflection->MutableMessage(entity, body));
  }
}

}  // namespace cartograph::kb
