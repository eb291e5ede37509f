// EntitySchema: what the annotations of the protos say, read once from the descriptors.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace cartograph::kb {

struct EntityPlan;

// A base relation as the annotations declare it.
struct BaseRelation {
  struct Column {
    std::string name;
    std::string type;                      // name of its rule type
    std::vector<std::string> collections;  // of a reference; empty otherwise
  };
  std::string name;
  std::string doc;
  std::vector<Column> columns;  // the first is the entity
};

// One collection of entities.
struct EntityKind {
  std::string collection;                                   // "therapies"
  std::string type;                                         // "Therapy"
  const google::protobuf::FieldDescriptor* body = nullptr;  // the field of Entity's oneof
};

// Immutable. Built from any descriptor of an Entity message, also from one of another pool (a test
// adds a field so).
//
// Errors of Create: FAILED_PRECONDITION names the field and the annotation that is not understood,
// a path that does not exist, a relation declared twice with different columns, or a collection
// that does not exist.
class EntitySchema {
 public:
  static absl::StatusOr<std::unique_ptr<EntitySchema>> Create(
      const google::protobuf::Descriptor* entity);
  ~EntitySchema();

  const std::vector<EntityKind>& kinds() const;
  const std::vector<BaseRelation>& relations() const;
  // The kind whose collection begins `name`, or null.
  const EntityKind* KindOf(absl::string_view name) const;
  // `.type` and `.decl` text of all base relations: what rule packs see. Deterministic; Soufflé
  // reads it as well.
  const std::string& base_schema() const;

  // For kb/entity_*: the annotations, resolved.
  const EntityPlan& plan() const { return *plan_; }

 private:
  explicit EntitySchema(std::unique_ptr<EntityPlan> plan);
  std::unique_ptr<const EntityPlan> plan_;
};

}  // namespace cartograph::kb
