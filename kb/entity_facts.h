// EntityFacts: the base facts that an entity feeds, and the entities that it refers to.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "kb/entity_schema.h"
#include "rules/analysis/program.h"
#include "rules/facts/fact.h"

namespace cartograph::kb {

// "The field names `to`."
struct EntityReference {
  std::string field;  // path below Entity, without indexes: "disease.parents.parent"
  std::string to;

  friend auto operator<=>(const EntityReference&, const EntityReference&) = default;
};

// Reads a stored version of an entity by the annotations. A deleted version feeds nothing and
// refers to nothing.
//
// Thread-safety: any thread.
class EntityFacts {
 public:
  // REQUIRES: `schema` outlives this.
  EntityFacts(const EntitySchema* schema, size_t facts_per_entity_max)
      : schema_(schema), facts_max_(facts_per_entity_max) {}

  // The base facts, sorted, without repeats; their symbols are interned in `interning`.
  //
  // REQUIRES: `program` was compiled with the schema's base relations. Errors: RESOURCE_EXHAUSTED
  // when there are more than facts_per_entity_max; nothing is interned then.
  absl::StatusOr<std::vector<rules::Fact>> Facts(const google::protobuf::Message& entity,
                                                 const rules::Program& program,
                                                 rules::Interning* interning) const;

  // What the entity refers to, sorted, without repeats.
  std::vector<EntityReference> References(const google::protobuf::Message& entity) const;

 private:
  const EntitySchema* const schema_;
  const size_t facts_max_;
};

}  // namespace cartograph::kb
