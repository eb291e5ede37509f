// EntityCheck: whether an entity is well formed, as far as it can be said without looking at any
// other.

#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "kb/entity_schema.h"
#include "kb/error_details.h"

namespace cartograph::kb {

// Checks by the annotations of `schema`: name and body, required fields, patterns, sizes, form and
// collection of references, known enum values, partial dates; and, without annotation, that texts
// are UTF-8 without control characters (newline and tab may stand in texts that have neither a
// pattern nor a size of their own), that floats are finite, and that there are no unknown fields.
//
// Thread-safety: any thread. Cost: linear in the entity; nothing is allocated while nothing is
// wrong.
class EntityCheck {
 public:
  // REQUIRES: `schema` outlives this.
  EntityCheck(const EntitySchema* schema, size_t entity_bytes_max)
      : schema_(schema), entity_bytes_max_(entity_bytes_max) {}

  // Adds what is wrong with `entity`, a message of the schema's Entity type, to `violations`.
  // `path` is where it stands in the request: "entity" gives "entity.disease.parents[0].parent".
  // Fields that the server sets are passed over.
  void Check(const google::protobuf::Message& entity, absl::string_view path,
             Violations* violations) const;

 private:
  const EntitySchema* const schema_;
  const size_t entity_bytes_max_;
};

// Adds what is wrong with a name in a request; `schema` knows the collections.
void CheckName(const EntitySchema& schema, absl::string_view name, absl::string_view path,
               Violations* violations);

// What is wrong with `text`, or "": it must be UTF-8 without control characters, but newline and
// tab when `multiline`.
absl::string_view TextProblem(absl::string_view text, bool multiline);

// Empties the fields that only the server sets, below the body too.
void ClearOutputOnly(const EntitySchema& schema, google::protobuf::Message* entity);

}  // namespace cartograph::kb
