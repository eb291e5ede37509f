#include "rules/analysis/schema.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/syntax/nearest.h"

namespace cartograph::rules {
namespace {

bool Has(const RelationSyntax& relation, absl::string_view qualifier) {
  return std::find(relation.qualifiers.begin(), relation.qualifiers.end(), qualifier) !=
         relation.qualifiers.end();
}

std::vector<Column> ColumnsOf(const RelationSyntax& relation, const TypeTable& types,
                              DiagnosticList* diagnostics) {
  std::vector<Column> columns;
  for (const FieldSyntax& field : relation.columns) {
    for (const Column& before : columns) {
      if (before.name != field.name) continue;
      diagnostics->Add(Code::kRepeatedName, field.span,
                       absl::StrCat("the column '", field.name, "' is declared twice"));
    }
    TypeId type = types.Resolve(field.type, field.type_span, diagnostics)
                      .value_or(PrimitiveType(ValueKind::kSymbol));
    columns.push_back({.name = field.name, .type = type, .kind = types.type(type).kind});
  }
  return columns;
}

void CheckEqrel(const RelationSyntax& relation, const Predicate& predicate,
                DiagnosticList* diagnostics) {
  if (predicate.arity() == 2 && relation.columns[0].type == relation.columns[1].type) return;
  diagnostics->Add(
      Code::kEqrelSignature, relation.name_span,
      absl::StrCat("the equivalence relation '", relation.name, "' needs two columns of one type"));
}

bool CheckName(const RelationSyntax& relation, const Schema& schema, DiagnosticList* diagnostics) {
  std::vector<Diagnostic::Note> notes;
  std::string message;
  if (std::optional<PredicateId> first = schema.Find(relation.name)) {
    const std::optional<SourceSpan>& span = schema.predicate_spans[Index(*first)];
    message = absl::StrCat("the relation '", relation.name, "' is declared twice");
    if (span) notes.push_back({*span, "it is declared here first"});
  } else if (schema.types.Find(relation.name)) {
    message = absl::StrCat("'", relation.name, "' is the name of a type");
  } else {
    return true;
  }
  diagnostics->Add(Code::kNameClash, relation.name_span, std::move(message), std::move(notes));
  return false;
}

std::vector<Annotation> AnnotationsOf(const std::vector<AnnotationSyntax>& written) {
  std::vector<Annotation> annotations;
  for (const AnnotationSyntax& annotation : written) {
    annotations.push_back({annotation.name, annotation.arguments});
  }
  return annotations;
}

}  // namespace

std::optional<PredicateId> Schema::Find(absl::string_view name) const {
  auto at = by_name.find(name);
  if (at == by_name.end()) return std::nullopt;
  return at->second;
}

std::optional<PredicateId> Schema::Resolve(const std::string& name, SourceSpan span,
                                           DiagnosticList* diagnostics) const {
  std::optional<PredicateId> id = Find(name);
  if (id) return id;
  std::vector<std::string> known;
  for (size_t i = 0; i < predicates.size() && !diagnostics->full(); ++i) {
    if (!predicates[i].generated) known.push_back(predicates[i].name);
  }
  std::string near = NearestName(name, known);
  diagnostics->Add(Code::kUnknownRelation, span, absl::StrCat("there is no relation '", name, "'"),
                   near.empty() ? "" : absl::StrCat("did you mean ", near, "?"));
  return std::nullopt;
}

Schema MakeSchema(const ExpandedProgram& program, const Program* given,
                  DiagnosticList* diagnostics) {
  Schema schema(given);
  schema.types.Declare(program.types, diagnostics);
  if (given != nullptr) {
    schema.predicates = given->predicates;
    schema.by_name = given->predicate_by_name;
    schema.predicate_spans.resize(schema.predicates.size());
    schema.is_inline.resize(schema.predicates.size());
    for (Predicate& predicate : schema.predicates) predicate.base = true;
  }
  for (size_t i = 0; i < program.relations.size(); ++i) {
    const RelationSyntax& relation = program.relations[i];
    Predicate predicate{.name = relation.name,
                        .columns = ColumnsOf(relation, schema.types, diagnostics),
                        .doc = relation.doc,
                        .annotations = AnnotationsOf(relation.annotations),
                        .base = i < program.base_relations,
                        .eqrel = Has(relation, "eqrel")};
    if (predicate.eqrel) CheckEqrel(relation, predicate, diagnostics);
    if (!CheckName(relation, schema, diagnostics)) continue;
    schema.by_name.emplace(relation.name, static_cast<PredicateId>(schema.predicates.size()));
    schema.predicates.push_back(std::move(predicate));
    schema.predicate_spans.push_back(relation.name_span);
    schema.is_inline.push_back(Has(relation, "inline"));
  }
  return schema;
}

}  // namespace cartograph::rules
