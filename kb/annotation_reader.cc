#include "kb/annotation_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "cartograph/v1/annotations.pb.h"
#include "kb/annotation_problem.h"
#include "kb/feed_reader.h"
#include "kb/resource_name.h"

namespace cartograph::kb {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr size_t kBytesMaxDefault = 4096;
constexpr size_t kItemsMaxDefault = 256;

class AnnotationReader {
 public:
  explicit AnnotationReader(const Descriptor* entity) { plan_->entity = entity; }

  absl::StatusOr<std::unique_ptr<EntityPlan>> Read() {
    RETURN_IF_ERROR(ReadEntityFields());
    RETURN_IF_ERROR(ReadKinds());
    for (const EntityKind& kind : plan_->kinds) {
      ASSIGN_OR_RETURN(MessagePlan * body, PlanMessage(kind.body->message_type()));
      plan_->bodies.push_back(body);
    }
    RETURN_IF_ERROR(ReadFeeds(plan_.get()));
    return std::move(plan_);
  }

 private:
  absl::Status ReadEntityFields();
  absl::Status ReadKinds();
  absl::Status ReadKind(const FieldDescriptor* body);
  absl::StatusOr<MessagePlan*> PlanMessage(const Descriptor* message);
  absl::Status PlanField(const FieldDescriptor* field, FieldPlan* plan);
  absl::Status ReadLimits(const v1::FieldAnnotation& annotation, FieldPlan* plan);
  absl::Status ReadPattern(const v1::FieldAnnotation& annotation, FieldPlan* plan);
  absl::Status ReadReference(const v1::FieldAnnotation& annotation, FieldPlan* plan);

  std::unique_ptr<EntityPlan> plan_ = std::make_unique<EntityPlan>();
};

absl::Status AnnotationReader::ReadEntityFields() {
  const Descriptor* entity = plan_->entity;
  EntityFields& fields = plan_->fields;
  fields.name = entity->FindFieldByName("name");
  fields.delete_time = entity->FindFieldByName("delete_time");
  fields.body = entity->FindOneofByName("body");
  if (fields.name == nullptr || fields.name->type() != FieldDescriptor::TYPE_STRING ||
      fields.delete_time == nullptr || fields.body == nullptr) {
    return AnnotationProblem(entity->full_name(), "must have a name, a delete_time and a body");
  }
  for (int i = 0; i < entity->field_count(); ++i) {
    if (IsAnnotated(entity->field(i))) {
      return AnnotationProblem(entity->field(i)->full_name(),
                               "an annotation stands on fields below a body only");
    }
  }
  return absl::OkStatus();
}

absl::Status AnnotationReader::ReadKinds() {
  for (int i = 0; i < plan_->fields.body->field_count(); ++i) {
    RETURN_IF_ERROR(ReadKind(plan_->fields.body->field(i)));
  }
  return absl::OkStatus();
}

absl::Status AnnotationReader::ReadKind(const FieldDescriptor* body) {
  if (body->message_type() == nullptr ||
      !body->message_type()->options().HasExtension(v1::entity)) {
    return AnnotationProblem(body->full_name(), "is not a message with an (entity) option");
  }
  const std::string& where = body->message_type()->full_name();
  const v1::EntityAnnotation& annotation = body->message_type()->options().GetExtension(v1::entity);
  RETURN_IF_ERROR(CheckKnown(where, annotation));
  if (!IsCollectionName(annotation.collection())) {
    return AnnotationProblem(where, absl::StrCat("the collection \"", annotation.collection(),
                                                 "\" is not 1 to 64 lower-case letters"));
  }
  RETURN_IF_ERROR(CheckRuleName(where, "type", annotation.type()));
  for (const EntityKind& kind : plan_->kinds) {
    if (kind.collection == annotation.collection() || kind.type == annotation.type() ||
        kind.body->message_type() == body->message_type()) {
      return AnnotationProblem(where, absl::StrCat("shares its collection, type or message with ",
                                                   kind.body->message_type()->full_name()));
    }
  }
  plan_->kind_by_collection[annotation.collection()] = plan_->kinds.size();
  plan_->kind_by_body[body] = plan_->kinds.size();
  plan_->kinds.push_back({annotation.collection(), annotation.type(), body});
  return absl::OkStatus();
}

absl::StatusOr<MessagePlan*> AnnotationReader::PlanMessage(const Descriptor* message) {
  std::unique_ptr<MessagePlan>& slot = plan_->messages[message];
  if (slot != nullptr) {
    return slot.get();
  }
  slot = std::make_unique<MessagePlan>();
  MessagePlan* plan = slot.get();  // the map may grow below
  plan->descriptor = message;
  plan->partial_date = message->full_name() == "cartograph.v1.PartialDate";
  RETURN_IF_ERROR(CheckMessageOptions(message));
  bool is_body = std::any_of(plan_->kinds.begin(), plan_->kinds.end(), [&](const EntityKind& kind) {
    return kind.body->message_type() == message;
  });
  if (!is_body && message->options().HasExtension(v1::entity)) {
    return AnnotationProblem(message->full_name(),
                             "has an (entity) option and is not a body of Entity");
  }
  for (int i = 0; i < message->field_count(); ++i) {
    FieldPlan field;
    RETURN_IF_ERROR(PlanField(message->field(i), &field));
    plan->fields.push_back(std::move(field));
  }
  return plan;
}

absl::Status AnnotationReader::PlanField(const FieldDescriptor* field, FieldPlan* plan) {
  plan->field = field;
  RETURN_IF_ERROR(CheckFieldOptions(field));
  if (field->is_map()) {
    return AnnotationProblem(field->full_name(), "maps are not supported below an entity");
  }
  const v1::FieldAnnotation& annotation = field->options().GetExtension(v1::field);
  RETURN_IF_ERROR(CheckKnown(field->full_name(), annotation));
  plan->output_only = annotation.output_only();
  RETURN_IF_ERROR(ReadLimits(annotation, plan));
  RETURN_IF_ERROR(ReadPattern(annotation, plan));
  RETURN_IF_ERROR(ReadReference(annotation, plan));
  plan->multiline = annotation.bytes_max() == 0 && !plan->pattern && plan->collections.empty();
  if (field->message_type() != nullptr) {
    ASSIGN_OR_RETURN(plan->message, PlanMessage(field->message_type()));
  }
  return absl::OkStatus();
}

bool IsText(const FieldDescriptor* field) { return field->type() == FieldDescriptor::TYPE_STRING; }

absl::Status AnnotationReader::ReadLimits(const v1::FieldAnnotation& annotation, FieldPlan* plan) {
  const FieldDescriptor* field = plan->field;
  bool has_bytes = IsText(field) || field->type() == FieldDescriptor::TYPE_BYTES;
  if (annotation.bytes_max() != 0 && !has_bytes) {
    return AnnotationProblem(field->full_name(), "bytes_max stands on a field that is not text");
  }
  if (annotation.items_max() != 0 && !field->is_repeated()) {
    return AnnotationProblem(field->full_name(),
                             "items_max stands on a field that is not repeated");
  }
  plan->bytes_max = annotation.bytes_max() != 0 ? annotation.bytes_max() : kBytesMaxDefault;
  plan->items_max = annotation.items_max() != 0 ? annotation.items_max() : kItemsMaxDefault;
  plan->required = annotation.required();
  if (!plan->required) {
    return absl::OkStatus();
  }
  if (annotation.output_only()) {
    return AnnotationProblem(field->full_name(), "is required of the client and output_only");
  }
  if (field->real_containing_oneof() != nullptr) {
    return AnnotationProblem(field->full_name(), "is required and a member of a oneof");
  }
  if (field->type() == FieldDescriptor::TYPE_BOOL && !field->is_repeated() &&
      !field->has_presence()) {
    return AnnotationProblem(field->full_name(), "is required and a bool without presence");
  }
  return absl::OkStatus();
}

absl::Status AnnotationReader::ReadPattern(const v1::FieldAnnotation& annotation, FieldPlan* plan) {
  if (annotation.pattern().empty()) {
    return absl::OkStatus();
  }
  if (!IsText(plan->field)) {
    return AnnotationProblem(plan->field->full_name(),
                             "pattern stands on a field that is not a string");
  }
  RE2::Options options;
  options.set_log_errors(false);
  plan->pattern = std::make_unique<RE2>(annotation.pattern(), options);
  if (!plan->pattern->ok()) {
    return AnnotationProblem(plan->field->full_name(),
                             absl::StrCat("the pattern \"", annotation.pattern(),
                                          "\" does not compile: ", plan->pattern->error()));
  }
  return absl::OkStatus();
}

absl::Status AnnotationReader::ReadReference(const v1::FieldAnnotation& annotation,
                                             FieldPlan* plan) {
  if (annotation.refers_to().empty()) {
    return absl::OkStatus();
  }
  const std::string& where = plan->field->full_name();
  if (!IsText(plan->field)) {
    return AnnotationProblem(where, "refers_to stands on a field that is not a string");
  }
  if (plan->pattern != nullptr) {
    return AnnotationProblem(where, "has refers_to and pattern: the form of a name is fixed");
  }
  for (const std::string& collection : annotation.refers_to()) {
    bool any = collection == "*";
    if (any && annotation.refers_to_size() != 1) {
      return AnnotationProblem(where, "refers_to has \"*\" beside other collections");
    }
    if (!any && !plan_->kind_by_collection.contains(collection)) {
      return AnnotationProblem(
          where, absl::StrCat("refers_to: there is no collection \"", collection, "\""));
    }
    if (std::count(plan->collections.begin(), plan->collections.end(), collection) > 0) {
      return AnnotationProblem(where, absl::StrCat("refers_to names \"", collection, "\" twice"));
    }
    plan->collections.push_back(collection);
  }
  if (plan->collections.front() == "*") {
    plan->collections.clear();
    for (const EntityKind& kind : plan_->kinds) {
      plan->collections.push_back(kind.collection);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<EntityPlan>> ReadAnnotations(const Descriptor* entity) {
  return AnnotationReader(entity).Read();
}

}  // namespace cartograph::kb
