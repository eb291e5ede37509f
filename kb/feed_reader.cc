#include "kb/feed_reader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "cartograph/v1/annotations.pb.h"
#include "kb/annotation_problem.h"

namespace cartograph::kb {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

using Column = BaseRelation::Column;

constexpr char kAnyEntity[] = "Entity";
constexpr char kEntityColumn[] = "entity";

// A feed being read: where it stands, and what it gives so far.
struct Reading {
  const Descriptor* message = nullptr;  // that has the feed, or the field that has it
  std::string origin;                   // "cartograph.v1.Disease.parents"
  std::string where;                    // the origin and the relation
  FeedPlan plan;
  std::vector<Column> columns;
};

class FeedReader {
 public:
  explicit FeedReader(EntityPlan* plan) : plan_(plan) {}

  absl::Status Read() {
    for (const EntityKind& kind : plan_->kinds) {
      RETURN_IF_ERROR(CheckTypeName(kind.body->message_type()->full_name(), kind.type));
    }
    for (const EntityKind& kind : plan_->kinds) {
      kind_ = &kind;
      seen_.clear();
      RETURN_IF_ERROR(ReadMessage(kind.body->message_type()));
      for (const Descriptor* message : seen_) {
        done_.insert(message);
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status ReadMessage(const Descriptor* message);
  absl::Status ReadBodyFeed(const v1::Feed& feed, MessagePlan* body);
  absl::Status ReadFieldFeed(const v1::Feed& feed, FieldPlan* field);
  absl::Status ReadScalarFeed(const v1::Feed& feed, const FieldPlan& field, Reading* reading);
  absl::Status ReadPaths(const v1::Feed& feed, const Descriptor* root, std::vector<FeedStep>* steps,
                         Reading* reading);
  absl::Status ReadPath(absl::string_view path, const Descriptor* root,
                        std::vector<FeedStep>* steps, Reading* reading);
  absl::Status AddColumn(const FieldDescriptor* leaf, Reading* reading);
  absl::StatusOr<std::string> TypeOf(const FieldDescriptor* leaf, absl::string_view where);
  absl::StatusOr<std::string> EnumType(const EnumDescriptor* type, absl::string_view where);
  absl::Status CheckTypeName(absl::string_view where, absl::string_view name) const;
  absl::StatusOr<size_t> Declare(const v1::Feed& feed, const Reading& reading);
  absl::Status Finish(const v1::Feed& feed, Reading reading, std::vector<FeedPlan>* feeds);

  EntityPlan* const plan_;
  const EntityKind* kind_ = nullptr;
  std::set<const Descriptor*> seen_;  // by this kind
  std::set<const Descriptor*> done_;  // by an earlier kind: their feeds stand in the plan already
};

absl::Status FeedReader::ReadMessage(const Descriptor* message) {
  if (!seen_.insert(message).second) {
    return absl::OkStatus();
  }
  MessagePlan* plan = plan_->messages.at(message).get();
  for (const v1::Feed& feed : message->options().GetExtension(v1::entity).feeds()) {
    RETURN_IF_ERROR(ReadBodyFeed(feed, plan));
  }
  for (FieldPlan& field : plan->fields) {
    for (const v1::Feed& feed : field.field->options().GetExtension(v1::field).feeds()) {
      RETURN_IF_ERROR(ReadFieldFeed(feed, &field));
    }
    if (field.message != nullptr) {
      RETURN_IF_ERROR(ReadMessage(field.message->descriptor));
    }
  }
  return absl::OkStatus();
}

Reading Begin(const v1::Feed& feed, const Descriptor* message, const std::string& origin) {
  return {.message = message,
          .origin = origin,
          .where = absl::StrCat(origin, " feeds \"", feed.relation(), "\"")};
}

absl::Status FeedReader::ReadBodyFeed(const v1::Feed& feed, MessagePlan* body) {
  Reading reading = Begin(feed, body->descriptor, body->descriptor->full_name());
  RETURN_IF_ERROR(ReadPaths(feed, body->descriptor, &reading.plan.steps, &reading));
  return Finish(feed, std::move(reading), &body->feeds);
}

absl::Status FeedReader::ReadFieldFeed(const v1::Feed& feed, FieldPlan* field) {
  Reading reading = Begin(feed, field->field->containing_type(), field->field->full_name());
  FeedStep step{.field = field->field, .skips_unset = true};
  reading.plan.steps.push_back(std::move(step));
  if (field->message == nullptr) {
    RETURN_IF_ERROR(ReadScalarFeed(feed, *field, &reading));
  } else if (feed.columns().empty()) {
    return AnnotationProblem(reading.where, "a feed from a message names its columns");
  } else {
    RETURN_IF_ERROR(
        ReadPaths(feed, field->message->descriptor, &reading.plan.steps[0].below, &reading));
  }
  return Finish(feed, std::move(reading), &field->feeds);
}

absl::Status FeedReader::ReadScalarFeed(const v1::Feed& feed, const FieldPlan& field,
                                        Reading* reading) {
  if (!feed.columns().empty()) {
    return AnnotationProblem(reading->where,
                             "a feed from a field that is not a message has no columns");
  }
  if (field.field->type() != FieldDescriptor::TYPE_BOOL) {
    reading->plan.steps[0].column = 0;
    return AddColumn(field.field, reading);
  }
  if (field.field->is_repeated()) {
    return AnnotationProblem(reading->where, "a repeated bool feeds nothing");
  }
  return absl::OkStatus();
}

absl::Status FeedReader::ReadPaths(const v1::Feed& feed, const Descriptor* root,
                                   std::vector<FeedStep>* steps, Reading* reading) {
  for (const std::string& path : feed.columns()) {
    RETURN_IF_ERROR(ReadPath(path, root, steps, reading));
  }
  return absl::OkStatus();
}

// The step for `field` in `steps`: shared by paths that begin alike.
FeedStep* StepFor(const FieldDescriptor* field, std::vector<FeedStep>* steps) {
  for (FeedStep& step : *steps) {
    if (step.field == field) {
      return &step;
    }
  }
  steps->push_back({.field = field});
  return &steps->back();
}

absl::Status FeedReader::ReadPath(absl::string_view path, const Descriptor* root,
                                  std::vector<FeedStep>* steps, Reading* reading) {
  const Descriptor* message = root;
  FeedStep* step = nullptr;
  for (absl::string_view part : absl::StrSplit(path, '.')) {
    if (message == nullptr) {
      return AnnotationProblem(
          reading->where,
          absl::StrCat("\"", path, "\" goes on below a field that is not a message"));
    }
    const FieldDescriptor* field = message->FindFieldByName(std::string(part));
    if (field == nullptr) {
      return AnnotationProblem(
          reading->where, absl::StrCat("there is no field \"", part, "\" in ", message->name()));
    }
    step = StepFor(field, steps);
    steps = &step->below;
    message = field->message_type();
  }
  if (message != nullptr) {
    return AnnotationProblem(reading->where, absl::StrCat("\"", path, "\" ends in a message"));
  }
  step->column = reading->columns.size();
  return AddColumn(step->field, reading);
}

absl::Status FeedReader::AddColumn(const FieldDescriptor* leaf, Reading* reading) {
  Column column;
  column.name = leaf->name();
  RETURN_IF_ERROR(CheckRuleName(reading->where, "column", column.name));
  bool taken = column.name == kEntityColumn ||
               std::any_of(reading->columns.begin(), reading->columns.end(),
                           [&](const Column& other) { return other.name == column.name; });
  if (taken) {
    return AnnotationProblem(reading->where,
                             absl::StrCat("there are two columns \"", column.name, "\""));
  }
  ASSIGN_OR_RETURN(column.type, TypeOf(leaf, reading->where));
  const MessagePlan& message = *plan_->messages.at(leaf->containing_type());
  column.collections = message.fields[static_cast<size_t>(leaf->index())].collections;
  reading->columns.push_back(std::move(column));
  return absl::OkStatus();
}

absl::StatusOr<std::string> FeedReader::TypeOf(const FieldDescriptor* leaf,
                                               absl::string_view where) {
  const MessagePlan& message = *plan_->messages.at(leaf->containing_type());
  const FieldPlan& field = message.fields[static_cast<size_t>(leaf->index())];
  if (field.collections.size() == 1) {
    return plan_->kinds[plan_->kind_by_collection.at(field.collections[0])].type;
  }
  if (!field.collections.empty()) {
    return std::string(kAnyEntity);
  }
  switch (leaf->cpp_type()) {
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumType(leaf->enum_type(), where);
    case FieldDescriptor::CPPTYPE_INT32:
      return std::string("number");
    case FieldDescriptor::CPPTYPE_UINT32:
      return std::string("unsigned");
    case FieldDescriptor::CPPTYPE_FLOAT:
      return std::string("float");
    case FieldDescriptor::CPPTYPE_STRING:
      if (leaf->type() == FieldDescriptor::TYPE_STRING) {
        return std::string("symbol");
      }
      break;
    default:
      break;
  }
  return AnnotationProblem(where, absl::StrCat("the field ", leaf->full_name(), " is of type ",
                                               leaf->type_name(), ", which rules do not have"));
}

std::string SnakeCase(absl::string_view camel) {
  std::string snake;
  for (char c : camel) {
    if (absl::ascii_isupper(static_cast<unsigned char>(c)) && !snake.empty()) {
      snake += '_';
    }
    snake += absl::ascii_toupper(static_cast<unsigned char>(c));
  }
  return snake;
}

absl::StatusOr<std::string> FeedReader::EnumType(const EnumDescriptor* type,
                                                 absl::string_view where) {
  auto& enums = plan_->enums;
  if (std::count(enums.begin(), enums.end(), type) > 0) {
    return type->name();
  }
  RETURN_IF_ERROR(CheckTypeName(where, type->name()));
  plan_->enum_prefixes[type] = SnakeCase(type->name()) + "_";
  for (int i = 0; i < type->value_count(); ++i) {
    const std::string& value = type->value(i)->name();
    const std::string& prefix = plan_->enum_prefixes[type];
    if (value.size() <= prefix.size() || value.compare(0, prefix.size(), prefix) != 0) {
      return AnnotationProblem(
          where, absl::StrCat("the enum value ", value, " does not begin with ", prefix));
    }
  }
  enums.push_back(type);
  return type->name();
}

// A name of a type may be given once: to a kind, to an enum, or to the union of the kinds.
absl::Status FeedReader::CheckTypeName(absl::string_view where, absl::string_view name) const {
  RETURN_IF_ERROR(CheckRuleName(where, "type", name));
  auto named = [&](const auto& kind) { return kind.type == name; };
  auto uses = std::count_if(plan_->kinds.begin(), plan_->kinds.end(), named) +
              std::count_if(plan_->enums.begin(), plan_->enums.end(),
                            [&](const EnumDescriptor* type) { return type->name() == name; });
  bool is_kind = kind_ == nullptr;  // then it counts itself
  if (name == kAnyEntity || uses > (is_kind ? 1 : 0)) {
    return AnnotationProblem(where, absl::StrCat("the type name \"", name, "\" is given twice"));
  }
  return absl::OkStatus();
}

std::string Signature(const std::vector<Column>& columns) {
  return absl::StrCat("(",
                      absl::StrJoin(columns, ", ",
                                    [](std::string* out, const Column& column) {
                                      absl::StrAppend(out, column.name, ": ", column.type);
                                    }),
                      ")");
}

// A relation that several kinds feed holds entities of all of them.
void Widen(const EntityKind& kind, Column* entity) {
  if (std::count(entity->collections.begin(), entity->collections.end(), kind.collection) > 0) {
    return;
  }
  entity->type = entity->collections.empty() ? kind.type : kAnyEntity;
  entity->collections.push_back(kind.collection);
}

absl::StatusOr<size_t> FeedReader::Declare(const v1::Feed& feed, const Reading& reading) {
  RETURN_IF_ERROR(CheckRuleName(reading.where, "relation", feed.relation()));
  auto& relations = plan_->relations;
  auto found = std::find_if(relations.begin(), relations.end(), [&](const BaseRelation& relation) {
    return relation.name == feed.relation();
  });
  if (found == relations.end()) {
    BaseRelation relation{.name = feed.relation(), .columns = {{.name = kEntityColumn}}};
    relation.columns.insert(relation.columns.end(), reading.columns.begin(), reading.columns.end());
    found = relations.insert(relations.end(), std::move(relation));
  }
  std::vector<Column> declared(found->columns.begin() + 1, found->columns.end());
  if (Signature(declared) != Signature(reading.columns)) {
    return AnnotationProblem(reading.where,
                             absl::StrCat("with the columns ", Signature(reading.columns),
                                          ", elsewhere with ", Signature(declared)));
  }
  Widen(*kind_, &found->columns[0]);
  return static_cast<size_t>(found - relations.begin());
}

// Fills FeedStep::columns from the leaves up.
void CollectColumns(FeedStep* step) {
  if (step->column.has_value()) {
    step->columns = {*step->column};
  }
  for (FeedStep& below : step->below) {
    CollectColumns(&below);
    step->columns.insert(step->columns.end(), below.columns.begin(), below.columns.end());
  }
}

// `name` without the package of `entity`: "Disease.parents".
absl::string_view ShortName(absl::string_view name, const Descriptor* entity) {
  return absl::StripPrefix(name, absl::StrCat(entity->file()->package(), "."));
}

absl::Status FeedReader::Finish(const v1::Feed& feed, Reading reading,
                                std::vector<FeedPlan>* feeds) {
  ASSIGN_OR_RETURN(reading.plan.relation, Declare(feed, reading));
  if (done_.count(reading.message) > 0) {
    return absl::OkStatus();
  }
  std::string& doc = plan_->relations[reading.plan.relation].doc;
  absl::StrAppend(&doc, doc.empty() ? "From " : ", ", ShortName(reading.origin, plan_->entity));
  for (FeedStep& step : reading.plan.steps) {
    CollectColumns(&step);
  }
  feeds->push_back(std::move(reading.plan));
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadFeeds(EntityPlan* plan) { return FeedReader(plan).Read(); }

}  // namespace cartograph::kb
