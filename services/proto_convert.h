// Values, facts and columns between the rules and the wire.

#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cartograph/v1/fact.pb.h"
#include "cartograph/v1/fact_service.pb.h"
#include "kb/entity_schema.h"
#include "kb/snapshot.h"
#include "rules/analysis/program.h"
#include "rules/engine/query.h"
#include "rules/facts/fact.h"
#include "rules/facts/model.h"

namespace cartograph::services {

// Fills revision and rule pack.
void FillHeader(const kb::EntityView& view, v1::ResponseHeader* header);

// Out. `interning` may be an overlay of the program's.
// A value of any kind but record: the text of a record needs its type.
void ToProto(rules::Value value, rules::ValueKind kind, const rules::Interning& interning,
             v1::Value* out);
void ToProto(rules::Value value, const rules::Column& column, const rules::Program& program,
             const rules::Interning& interning, v1::Value* out);
void ToProto(rules::PredicateId predicate, rules::TupleView values, const rules::Model& model,
             v1::Fact* out);
// `schema` says which types are entities.
void ToProto(const rules::Column& column, const rules::Program& program,
             const kb::EntitySchema& schema, v1::Column* out);

// In. Errors: INVALID_ARGUMENT with a field violation at `field`, naming predicate, column and
// expected kind.

// Reason PREDICATE_UNKNOWN, with the nearest name, for one that is not declared or is the
// compiler's own.
absl::StatusOr<rules::PredicateId> FindPredicate(absl::string_view name,
                                                 const rules::Program& program,
                                                 absl::string_view field);
// Nothing when the value is of the right kind and stands in no fact: a text or record that was
// never stored.
absl::StatusOr<std::optional<rules::Value>> FromProto(const v1::Value& value,
                                                      const rules::Predicate& predicate,
                                                      size_t column, const rules::Model& model,
                                                      absl::string_view field);
// Nothing when the fact cannot hold, as above.
absl::StatusOr<std::optional<rules::Fact>> FromProto(const v1::Fact& fact,
                                                     const rules::Model& model,
                                                     absl::string_view field);

// The pattern of bound columns: nothing when it can match nothing. A column may be bound once.
absl::StatusOr<std::optional<rules::Pattern>> FromProto(
    const google::protobuf::RepeatedPtrField<v1::ColumnFilter>& filters,
    const rules::Predicate& predicate, const rules::Model& model, absl::string_view field);

// "symbol", "number", …: as rule text names the kinds.
absl::string_view KindName(rules::ValueKind kind);

}  // namespace cartograph::services
