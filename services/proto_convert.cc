#include "services/proto_convert.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "kb/value_kind.h"
#include "services/error_reason.h"
#include "services/grpc_status.h"

namespace cartograph::services {
namespace {

absl::string_view GivenKind(const v1::Value& value) {
  switch (value.kind_case()) {
    case v1::Value::kSymbol:
      return KindName(rules::ValueKind::kSymbol);
    case v1::Value::kNumber:
      return KindName(rules::ValueKind::kNumber);
    case v1::Value::kUnsignedNumber:
      return KindName(rules::ValueKind::kUnsigned);
    case v1::Value::kFloatNumber:
      return KindName(rules::ValueKind::kFloat);
    case v1::Value::kRecord:
      return KindName(rules::ValueKind::kRecord);
    case v1::Value::KIND_NOT_SET:
      break;
  }
  return "nothing";
}

absl::Status WrongKind(const v1::Value& value, const rules::Predicate& predicate, size_t column,
                       absl::string_view field) {
  const rules::Column& declared = predicate.columns[column];
  return InvalidField(field, absl::StrCat("column ", declared.name, " of ", predicate.name,
                                          " wants a value of kind ", KindName(declared.kind),
                                          ", got ", GivenKind(value)));
}

std::string ColumnNames(const rules::Predicate& predicate) {
  return absl::StrJoin(predicate.columns, ", ", [](std::string* out, const rules::Column& column) {
    out->append(column.name);
  });
}

absl::StatusOr<size_t> FindColumn(const rules::Predicate& predicate, const std::string& name,
                                  absl::string_view field) {
  for (size_t i = 0; i < predicate.columns.size(); ++i) {
    if (predicate.columns[i].name == name) {
      return i;
    }
  }
  return InvalidField(field, absl::StrCat(predicate.name, " has no column \"", name,
                                          "\"; its columns are ", ColumnNames(predicate)));
}

bool Accepts(const rules::Type& type, rules::TypeId id) {
  return std::find(type.accepts.begin(), type.accepts.end(), id) != type.accepts.end();
}

// Whether a column of `type` holds values of the type `name`: all of them, or those of a subtype.
bool HoldsSomeOf(const rules::Program& program, rules::TypeId type, const std::string& name) {
  for (uint32_t i = 0; i < program.types.size(); ++i) {
    const rules::Type& named = program.types[i];
    if (named.name != name) continue;
    return Accepts(program.types[rules::Index(type)], rules::TypeId{i}) || Accepts(named, type);
  }
  return false;
}

}  // namespace

absl::string_view KindName(rules::ValueKind kind) {
  switch (kind) {
    case rules::ValueKind::kSymbol:
      return "symbol";
    case rules::ValueKind::kNumber:
      return "number";
    case rules::ValueKind::kUnsigned:
      return "unsigned";
    case rules::ValueKind::kFloat:
      return "float";
    case rules::ValueKind::kRecord:
      return "record";
  }
  return "unknown";
}

void FillHeader(const kb::EntityView& view, v1::ResponseHeader* header) {
  header->set_revision(view.revision().number());
  if (view.pack() != nullptr) {
    header->set_rule_pack(view.pack()->label());
  }
}

void ToProto(rules::Value value, rules::ValueKind kind, const rules::Interning& interning,
             v1::Value* out) {
  switch (kind) {
    case rules::ValueKind::kSymbol: {
      absl::string_view text = interning.symbols.Text(value);
      out->set_symbol(text.data(), text.size());
      return;
    }
    case rules::ValueKind::kNumber:
      out->set_number(value.number());
      return;
    case rules::ValueKind::kUnsigned:
      out->set_unsigned_number(value.unsigned_number());
      return;
    case rules::ValueKind::kFloat:
      out->set_float_number(value.float_number());
      return;
    case rules::ValueKind::kRecord:
      return;
  }
}

void ToProto(rules::Value value, const rules::Column& column, const rules::Program& program,
             const rules::Interning& interning, v1::Value* out) {
  if (column.kind == rules::ValueKind::kRecord) {
    out->set_record(rules::ToText(value, column.type, program, interning));
  } else {
    ToProto(value, column.kind, interning, out);
  }
}

void ToProto(rules::PredicateId predicate, rules::TupleView values, const rules::Model& model,
             v1::Fact* out) {
  const rules::Predicate& declared = model.program().predicate(predicate);
  out->set_predicate(declared.name);
  for (size_t i = 0; i < values.size(); ++i) {
    ToProto(values[i], declared.columns[i], model.program(), model.interning(), out->add_values());
  }
}

void ToProto(const rules::Column& column, const rules::Program& program,
             const kb::EntitySchema& schema, v1::Column* out) {
  const rules::Type& type = program.types[rules::Index(column.type)];
  out->set_name(column.name);
  out->set_type(type.name);
  out->set_kind(kb::KindOf(column.kind));
  if (type.name == KindName(column.kind)) {
    return;  // plain `symbol` takes names of entities too, but says nothing about them
  }
  for (const kb::EntityKind& kind : schema.kinds()) {
    if (HoldsSomeOf(program, column.type, kind.type)) {
      out->add_collections(kind.collection);
    }
  }
}

absl::StatusOr<rules::PredicateId> FindPredicate(absl::string_view name,
                                                 const rules::Program& program,
                                                 absl::string_view field) {
  auto id = program.Find(name);
  if (id.has_value() && !program.predicate(*id).generated) {
    return *id;
  }
  std::string nearest = program.Nearest(name);
  std::string message = absl::StrCat("there is no relation \"", name, "\"");
  if (!nearest.empty()) {
    absl::StrAppend(&message, "; did you mean \"", nearest, "\"?");
  }
  return WithReason(InvalidField(field, message), kPredicateUnknown,
                    {{"predicate", std::string(name)}, {"suggestion", nearest}});
}

absl::StatusOr<std::optional<rules::Value>> FromProto(const v1::Value& value,
                                                      const rules::Predicate& predicate,
                                                      size_t column, const rules::Model& model,
                                                      absl::string_view field) {
  rules::ValueKind kind = predicate.columns[column].kind;
  if (value.kind_case() == v1::Value::KIND_NOT_SET || GivenKind(value) != KindName(kind)) {
    return WrongKind(value, predicate, column, field);
  }
  switch (kind) {
    case rules::ValueKind::kSymbol:
      return model.interning().symbols.Find(value.symbol());
    case rules::ValueKind::kNumber:
      return rules::Value::Number(value.number());
    case rules::ValueKind::kUnsigned:
      return rules::Value::Unsigned(value.unsigned_number());
    case rules::ValueKind::kFloat:
      return rules::Value::Float(value.float_number());
    case rules::ValueKind::kRecord:
      break;
  }
  return InvalidField(
      field, absl::StrCat("column ", predicate.columns[column].name, " of ", predicate.name,
                          " holds records, which cannot be given as values"));
}

absl::StatusOr<std::optional<rules::Fact>> FromProto(const v1::Fact& fact,
                                                     const rules::Model& model,
                                                     absl::string_view field) {
  ASSIGN_OR_RETURN(rules::PredicateId id, FindPredicate(fact.predicate(), model.program(),
                                                        absl::StrCat(field, ".predicate")));
  const rules::Predicate& predicate = model.program().predicate(id);
  if (static_cast<uint32_t>(fact.values_size()) != predicate.arity()) {
    return InvalidField(
        absl::StrCat(field, ".values"),
        absl::StrCat(predicate.name, " has ", predicate.arity(), " columns (",
                     ColumnNames(predicate), "), got ", fact.values_size(), " values"));
  }
  rules::Fact result{id, {}};
  bool known = true;
  for (int i = 0; i < fact.values_size(); ++i) {
    ASSIGN_OR_RETURN(auto value, FromProto(fact.values(i), predicate, static_cast<size_t>(i), model,
                                           absl::StrCat(field, ".values[", i, "]")));
    known = known && value.has_value();
    result.values.push_back(value.value_or(rules::Value()));
  }
  return known ? std::optional<rules::Fact>(std::move(result)) : std::nullopt;
}

absl::StatusOr<std::optional<rules::Pattern>> FromProto(
    const google::protobuf::RepeatedPtrField<v1::ColumnFilter>& filters,
    const rules::Predicate& predicate, const rules::Model& model, absl::string_view field) {
  rules::Pattern pattern(predicate.columns.size());
  std::vector<bool> bound(pattern.size(), false);
  bool known = true;
  for (int i = 0; i < filters.size(); ++i) {
    std::string path = absl::StrCat(field, "[", i, "]");
    ASSIGN_OR_RETURN(size_t column,
                     FindColumn(predicate, filters[i].column(), absl::StrCat(path, ".column")));
    if (bound[column]) {
      return InvalidField(absl::StrCat(path, ".column"),
                          absl::StrCat("column ", filters[i].column(), " is given twice"));
    }
    bound[column] = true;
    ASSIGN_OR_RETURN(pattern[column], FromProto(filters[i].value(), predicate, column, model,
                                                absl::StrCat(path, ".value")));
    known = known && pattern[column].has_value();
  }
  return known ? std::optional<rules::Pattern>(std::move(pattern)) : std::nullopt;
}

}  // namespace cartograph::services
