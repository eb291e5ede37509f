#include "kb/entity_schema.h"

#include <utility>

#include "base/status.h"
#include "kb/annotation_reader.h"
#include "kb/base_schema.h"
#include "kb/entity_plan.h"
#include "kb/resource_name.h"

namespace cartograph::kb {

absl::StatusOr<std::unique_ptr<EntitySchema>> EntitySchema::Create(
    const google::protobuf::Descriptor* entity) {
  ASSIGN_OR_RETURN(std::unique_ptr<EntityPlan> plan, ReadAnnotations(entity));
  plan->base_schema = PrintBaseSchema(*plan);
  return std::unique_ptr<EntitySchema>(new EntitySchema(std::move(plan)));
}

EntitySchema::EntitySchema(std::unique_ptr<EntityPlan> plan) : plan_(std::move(plan)) {}
EntitySchema::~EntitySchema() = default;

const std::vector<EntityKind>& EntitySchema::kinds() const { return plan_->kinds; }
const std::vector<BaseRelation>& EntitySchema::relations() const { return plan_->relations; }
const std::string& EntitySchema::base_schema() const { return plan_->base_schema; }

const EntityKind* EntitySchema::KindOf(absl::string_view name) const {
  auto found = plan_->kind_by_collection.find(CollectionOf(name));
  return found == plan_->kind_by_collection.end() ? nullptr : &plan_->kinds[found->second];
}

}  // namespace cartograph::kb
