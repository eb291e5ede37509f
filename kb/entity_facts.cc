#include "kb/entity_facts.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "kb/base_schema.h"
#include "kb/entity_plan.h"
#include "kb/error_details.h"

namespace cartograph::kb {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using rules::Fact;
using rules::Tuple;
using rules::Value;

using FeedVisitor = absl::FunctionRef<void(const Message&, const FeedPlan&)>;

// Calls `visit` with each element of a message field that is set.
void ForEachBelow(const Message& message, const FieldDescriptor* field,
                  absl::FunctionRef<void(const Message&)> visit) {
  const Reflection* reflection = message.GetReflection();
  if (!field->is_repeated()) {
    if (reflection->HasField(message, field)) {
      visit(reflection->GetMessage(message, field));
    }
    return;
  }
  for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
    visit(reflection->GetRepeatedMessage(message, field, i));
  }
}

// Calls `visit` with every feed of `message` and of the messages below it.
void ForEachFeed(const Message& message, const MessagePlan& plan, FeedVisitor visit) {
  for (const FeedPlan& feed : plan.feeds) {
    visit(message, feed);
  }
  for (const FieldPlan& field : plan.fields) {
    for (const FeedPlan& feed : field.feeds) {
      visit(message, feed);
    }
    if (field.message != nullptr) {
      ForEachBelow(message, field.field,
                   [&](const Message& below) { ForEachFeed(below, *field.message, visit); });
    }
  }
}

size_t MultiplySaturating(size_t a, size_t b) {
  return b != 0 && a > std::numeric_limits<size_t>::max() / b ? std::numeric_limits<size_t>::max()
                                                              : a * b;
}

// How many elements a step goes over: those of a repeated field, else one, but none of a false bool
// nor where unset ones are skipped.
int ElementsOf(const Message& message, const FeedStep& step) {
  const Reflection* reflection = message.GetReflection();
  if (step.field->is_repeated()) {
    return reflection->FieldSize(message, step.field);
  }
  if (step.field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
    return reflection->GetBool(message, step.field) ? 1 : 0;
  }
  return !step.skips_unset || reflection->HasField(message, step.field) ? 1 : 0;
}

const Message& ElementOf(const Message& message, const FeedStep& step, int index) {
  const Reflection* reflection = message.GetReflection();
  return step.field->is_repeated() ? reflection->GetRepeatedMessage(message, step.field, index)
                                   : reflection->GetMessage(message, step.field);
}

// How many rows the cross product of `steps` has, repeats counted.
size_t CountRows(const Message& message, const std::vector<FeedStep>& steps) {
  size_t rows = 1;
  for (const FeedStep& step : steps) {
    int elements = ElementsOf(message, step);
    size_t given = 0;
    if (step.below.empty()) {
      given = static_cast<size_t>(elements);
    }
    for (int i = 0; i < elements && !step.below.empty(); ++i) {
      size_t below = CountRows(ElementOf(message, step, i), step.below);
      given = given > std::numeric_limits<size_t>::max() - below
                  ? std::numeric_limits<size_t>::max()
                  : given + below;
    }
    rows = MultiplySaturating(rows, given);
  }
  return rows;
}

// Makes rows of one entity.
class RowMaker {
 public:
  RowMaker(const EntityPlan& plan, rules::Interning* interning)
      : plan_(plan), symbols_(&interning->symbols) {}

  // The cross product of what `steps` give for `message`; columns of other steps are 0.
  std::vector<Tuple> Rows(const Message& message, const std::vector<FeedStep>& steps,
                          size_t width) {
    std::vector<Tuple> rows = {Tuple(width)};
    for (const FeedStep& step : steps) {
      rows = Cross(rows, Given(message, step, width), step.columns);
    }
    return rows;
  }

 private:
  static std::vector<Tuple> Cross(const std::vector<Tuple>& left, const std::vector<Tuple>& right,
                                  const std::vector<size_t>& columns) {
    std::vector<Tuple> rows;
    rows.reserve(left.size() * right.size());
    for (const Tuple& a : left) {
      for (const Tuple& b : right) {
        rows.push_back(a);
        for (size_t column : columns) {
          rows.back()[column] = b[column];
        }
      }
    }
    return rows;
  }

  std::vector<Tuple> Given(const Message& message, const FeedStep& step, size_t width) {
    std::vector<Tuple> rows;
    for (int i = 0; i < ElementsOf(message, step); ++i) {
      if (step.field->message_type() != nullptr) {
        std::vector<Tuple> below = Rows(ElementOf(message, step, i), step.below, width);
        rows.insert(rows.end(), below.begin(), below.end());
        continue;
      }
      rows.emplace_back(width);
      if (step.column.has_value()) {
        rows.back()[*step.column] = ValueOf(message, step.field, i);
      }
    }
    return rows;
  }

  Value ValueOf(const Message& message, const FieldDescriptor* field, int index) {
    const Reflection* reflection = message.GetReflection();
    bool repeated = field->is_repeated();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return Value::Number(repeated ? reflection->GetRepeatedInt32(message, field, index)
                                      : reflection->GetInt32(message, field));
      case FieldDescriptor::CPPTYPE_UINT32:
        return Value::Unsigned(repeated ? reflection->GetRepeatedUInt32(message, field, index)
                                        : reflection->GetUInt32(message, field));
      case FieldDescriptor::CPPTYPE_FLOAT:
        return Value::Float(repeated ? reflection->GetRepeatedFloat(message, field, index)
                                     : reflection->GetFloat(message, field));
      case FieldDescriptor::CPPTYPE_ENUM:
        return EnumSymbol(field, repeated ? reflection->GetRepeatedEnumValue(message, field, index)
                                          : reflection->GetEnumValue(message, field));
      default: {
        std::string scratch;
        return symbols_->Intern(
            repeated ? reflection->GetRepeatedStringReference(message, field, index, &scratch)
                     : reflection->GetStringReference(message, field, &scratch));
      }
    }
  }

  // A number that this program does not know stands for itself: an older program may read a newer
  // store.
  Value EnumSymbol(const FieldDescriptor* field, int number) {
    const auto* value = field->enum_type()->FindValueByNumber(number);
    return symbols_->Intern(value != nullptr ? SymbolOf(plan_, value) : absl::StrCat(number));
  }

  const EntityPlan& plan_;
  rules::SymbolTable* const symbols_;
};

// The body of a live entity and its plan; nulls for a deleted one.
struct Body {
  const Message* message = nullptr;
  const FieldDescriptor* field = nullptr;
  const MessagePlan* plan = nullptr;
};

Body LiveBody(const EntityPlan& plan, const Message& entity) {
  const Reflection* reflection = entity.GetReflection();
  const FieldDescriptor* field = reflection->GetOneofFieldDescriptor(entity, plan.fields.body);
  if (field == nullptr || reflection->HasField(entity, plan.fields.delete_time)) {
    return {};
  }
  return {&reflection->GetMessage(entity, field), field, plan.bodies[plan.kind_by_body.at(field)]};
}

std::string NameOf(const EntityPlan& plan, const Message& entity) {
  return entity.GetReflection()->GetString(entity, plan.fields.name);
}

void AddReferences(const Message& message, const MessagePlan& plan, const std::string& path,
                   std::vector<EntityReference>* references) {
  const Reflection* reflection = message.GetReflection();
  for (const FieldPlan& field : plan.fields) {
    std::string here = absl::StrCat(path, ".", field.field->name());
    if (field.message != nullptr) {
      ForEachBelow(message, field.field, [&](const Message& below) {
        AddReferences(below, *field.message, here, references);
      });
    } else if (field.collections.empty()) {
      continue;
    } else if (!field.field->is_repeated()) {
      std::string to = reflection->GetString(message, field.field);
      if (!to.empty()) {
        references->push_back({here, std::move(to)});
      }
    } else {
      for (int i = 0; i < reflection->FieldSize(message, field.field); ++i) {
        references->push_back({here, reflection->GetRepeatedString(message, field.field, i)});
      }
    }
  }
}

template <typename T>
void SortUnique(std::vector<T>* items) {
  std::sort(items->begin(), items->end());
  items->erase(std::unique(items->begin(), items->end()), items->end());
}

}  // namespace

absl::StatusOr<std::vector<Fact>> EntityFacts::Facts(const Message& entity,
                                                     const rules::Program& program,
                                                     rules::Interning* interning) const {
  const EntityPlan& plan = schema_->plan();
  Body body = LiveBody(plan, entity);
  if (body.message == nullptr) {
    return std::vector<Fact>();
  }
  size_t count = 0;
  ForEachFeed(*body.message, *body.plan, [&](const Message& message, const FeedPlan& feed) {
    size_t rows = CountRows(message, feed.steps);
    count = rows > facts_max_ ? facts_max_ + 1 : std::min(count + rows, facts_max_ + 1);
  });
  if (count > facts_max_) {
    return ErrorWithReason(
        absl::StatusCode::kResourceExhausted,
        absl::StrCat(NameOf(plan, entity),
                     " feeds more base facts than facts_per_entity_max = ", facts_max_),
        kReasonLimitReached);
  }
  std::vector<Fact> facts;
  RowMaker maker(plan, interning);
  Value self = interning->symbols.Intern(NameOf(plan, entity));
  ForEachFeed(*body.message, *body.plan, [&](const Message& message, const FeedPlan& feed) {
    const BaseRelation& relation = plan.relations[feed.relation];
    std::optional<rules::PredicateId> predicate = program.Find(relation.name);
    CHECK(predicate.has_value());
    for (Tuple& row : maker.Rows(message, feed.steps, relation.columns.size() - 1)) {
      row.insert(row.begin(), self);
      facts.push_back({*predicate, std::move(row)});
    }
  });
  SortUnique(&facts);
  return facts;
}

std::vector<EntityReference> EntityFacts::References(const Message& entity) const {
  std::vector<EntityReference> references;
  Body body = LiveBody(schema_->plan(), entity);
  if (body.message != nullptr) {
    AddReferences(*body.message, *body.plan, body.field->name(), &references);
  }
  SortUnique(&references);
  return references;
}

}  // namespace cartograph::kb
