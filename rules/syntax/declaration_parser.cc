// Declarations of relations, types and components, and the directives.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "rules/syntax/item_parser.h"

namespace cartograph::rules {
namespace {

constexpr absl::string_view kQualifiers[] = {"overridable", "inline",       "no_inline",
                                             "magic",       "no_magic",     "brie",
                                             "btree",       "btree_delete", "eqrel"};

struct DeprecatedQualifier {
  absl::string_view word;
  DirectiveSyntax::Kind kind;
};

constexpr DeprecatedQualifier kDeprecatedQualifiers[] = {
    {"input", DirectiveSyntax::Kind::kInput},
    {"output", DirectiveSyntax::Kind::kOutput},
    {"printsize", DirectiveSyntax::Kind::kPrintSize}};

}  // namespace

std::vector<RelationSyntax> ItemParser::ParseRelations(Prefix prefix, ItemsSyntax* items) {
  size_t begin = cursor_.index();
  cursor_.Next();
  std::vector<RelationSyntax> relations;
  do {
    size_t name = cursor_.index();
    RelationSyntax relation{.doc = prefix.doc, .annotations = prefix.annotations};
    relation.name = cursor_.ExpectName("the name of a relation");
    relation.name_span = cursor_.SpanFrom(name);
    relations.push_back(std::move(relation));
  } while (cursor_.Accept(","));
  if (cursor_.Is("=")) ParseDeltaOrChoice();
  std::vector<FieldSyntax> columns;
  if (cursor_.Expect("(", "before the columns of a relation")) columns = ParseFields(")");
  std::vector<std::string> qualifiers = ParseQualifiers(relations, items);
  for (RelationSyntax& relation : relations) {
    relation.columns = columns;
    relation.qualifiers = qualifiers;
  }
  if (cursor_.Is("choice-domain")) ParseDeltaOrChoice();
  for (RelationSyntax& relation : relations) relation.span = cursor_.SpanFrom(begin);
  return relations;
}

void ItemParser::ParseDeltaOrChoice() {
  bool choice = cursor_.Is("choice-domain");
  cursor_.Accept("=");
  cursor_.Fail(choice ? Code::kChoiceDomain : Code::kDebugDelta, cursor_.Peek().span,
               choice ? "choice-domain is not supported: which facts it keeps depends on the order "
                        "of evaluation"
                      : "debug_delta is not supported");
}

// The qualifiers behind a declaration; input, output and printsize become directives of their own.
std::vector<std::string> ItemParser::ParseQualifiers(const std::vector<RelationSyntax>& relations,
                                                     ItemsSyntax* items) {
  std::vector<std::string> qualifiers;
  while (!cursor_.failed() && cursor_.Peek().kind == TokenKind::kKeyword &&
         !cursor_.Is("choice-domain")) {
    const Token& token = cursor_.Peek();
    auto qualifier = std::find(std::begin(kQualifiers), std::end(kQualifiers), token.text);
    if (qualifier != std::end(kQualifiers)) {
      qualifiers.emplace_back(cursor_.Next().text);
      continue;
    }
    auto deprecated =
        std::find_if(std::begin(kDeprecatedQualifiers), std::end(kDeprecatedQualifiers),
                     [&](const DeprecatedQualifier& d) { return d.word == token.text; });
    if (deprecated == std::end(kDeprecatedQualifiers)) break;
    cursor_.diagnostics()->Add(Code::kDeprecated, token.span,
                               absl::StrCat("the qualifier '", token.text, "' is deprecated"),
                               absl::StrCat("write .", token.text, " ", relations[0].name));
    DirectiveSyntax directive{.kind = deprecated->kind, .span = cursor_.Next().span};
    for (const RelationSyntax& relation : relations) {
      directive.relations.push_back(relation.name);
      directive.relation_spans.push_back(relation.name_span);
    }
    items->directives.push_back(std::move(directive));
  }
  return qualifiers;
}

FieldSyntax ItemParser::ParseField() {
  size_t begin = cursor_.index();
  FieldSyntax field;
  rules_.ParseAnnotations();
  field.name = cursor_.ExpectName("a name");
  cursor_.Expect(":", "and a type after the name");
  size_t type = cursor_.index();
  field.type = rules_.ParseQualifiedName("a type");
  field.type_span = cursor_.SpanFrom(type);
  if (cursor_.Is("<") && cursor_.Peek(1).Is(">")) {
    cursor_.Fail(Code::kLattice, cursor_.Peek().span, "lattices are not supported",
                 "subsumption (a <= b :- …) keeps the best of several facts");
  }
  field.span = cursor_.SpanFrom(begin);
  return field;
}

std::vector<FieldSyntax> ItemParser::ParseFields(absl::string_view close) {
  std::vector<FieldSyntax> fields;
  if (cursor_.Accept(close)) return fields;
  do {
    fields.push_back(ParseField());
  } while (cursor_.Accept(","));
  cursor_.Expect(close, "or ','");
  return fields;
}

TypeSyntax ItemParser::ParseType(Prefix prefix) {
  size_t begin = cursor_.index();
  cursor_.Next();
  TypeSyntax type{.doc = std::move(prefix.doc), .annotations = std::move(prefix.annotations)};
  size_t name = cursor_.index();
  type.name = cursor_.ExpectName("the name of a type");
  type.name_span = cursor_.SpanFrom(name);
  if (cursor_.Accept("<:")) {
    size_t base = cursor_.index();
    type.names.push_back(rules_.ParseQualifiedName("a type"));
    type.name_spans.push_back(cursor_.SpanFrom(base));
  } else if (cursor_.Accept("=")) {
    ParseTypeDefinition(&type);
  } else if (!cursor_.failed()) {
    type.names.push_back("symbol");
    type.name_spans.push_back(type.name_span);
    cursor_.diagnostics()->Add(Code::kDeprecated, type.name_span,
                               "a type without a definition is deprecated",
                               absl::StrCat("write .type ", type.name, " <: symbol"));
  }
  type.span = cursor_.SpanFrom(begin);
  return type;
}

TypeSyntax ItemParser::ParseDeprecatedType(Prefix prefix) {
  size_t begin = cursor_.index();
  std::string directive(cursor_.Next().text);
  TypeSyntax type{.doc = std::move(prefix.doc), .annotations = std::move(prefix.annotations)};
  size_t name = cursor_.index();
  type.name = cursor_.ExpectName("the name of a type");
  type.name_span = cursor_.SpanFrom(name);
  type.names.push_back(directive == ".number_type" ? "number" : "symbol");
  type.name_spans.push_back(type.name_span);
  type.span = cursor_.SpanFrom(begin);
  cursor_.diagnostics()->Add(Code::kDeprecated, type.span,
                             absl::StrCat("'", directive, "' is deprecated"),
                             absl::StrCat("write .type ", type.name, " <: ", type.names[0]));
  return type;
}

void ItemParser::ParseTypeDefinition(TypeSyntax* type) {
  if (cursor_.Accept("[")) {
    size_t begin = cursor_.index();
    type->kind = TypeSyntax::Kind::kRecord;
    type->branches.push_back({.fields = ParseFields("]")});
    type->branches.back().span = cursor_.SpanFrom(begin);
    return;
  }
  bool annotated = cursor_.Is("@");
  if (annotated || cursor_.Peek(1).Is("{")) return ParseBranches(type);
  type->kind = TypeSyntax::Kind::kUnion;
  do {
    size_t begin = cursor_.index();
    type->names.push_back(rules_.ParseQualifiedName("a type"));
    type->name_spans.push_back(cursor_.SpanFrom(begin));
  } while (cursor_.Accept("|"));
}

void ItemParser::ParseBranches(TypeSyntax* type) {
  type->kind = TypeSyntax::Kind::kAlgebraic;
  do {
    rules_.ParseAnnotations();
    size_t begin = cursor_.index();
    BranchSyntax branch;
    branch.name = cursor_.ExpectName("the name of a branch");
    if (cursor_.Expect("{", "before the fields of a branch")) {
      rules_.ParseAnnotations();
      branch.fields = ParseFields("}");
    }
    branch.span = cursor_.SpanFrom(begin);
    type->branches.push_back(std::move(branch));
  } while (cursor_.Accept("|"));
}

DirectiveSyntax ItemParser::ParseIo(DirectiveSyntax::Kind kind) {
  size_t begin = cursor_.index();
  cursor_.Next();
  DirectiveSyntax directive{.kind = kind};
  do {
    size_t name = cursor_.index();
    directive.relations.push_back(rules_.ParseQualifiedName("the name of a relation"));
    directive.relation_spans.push_back(cursor_.SpanFrom(name));
  } while (cursor_.Accept(","));
  if (cursor_.Accept("(") && !cursor_.Accept(")")) ParseParameters(&directive);
  directive.span = cursor_.SpanFrom(begin);
  return directive;
}

void ItemParser::ParseParameters(DirectiveSyntax* directive) {
  do {
    size_t begin = cursor_.index();
    std::string key = cursor_.ExpectName("the name of a parameter");
    cursor_.Expect("=", "after the name of a parameter");
    const Token& token = cursor_.Peek();
    bool value = token.kind == TokenKind::kString || token.kind == TokenKind::kName ||
                 token.kind == TokenKind::kNumber || token.Is("true") || token.Is("false");
    if (!value) return cursor_.Fail("a string, a name, a number, true or false");
    cursor_.Next();
    directive->parameters.emplace_back(
        std::move(key), token.kind == TokenKind::kString ? token.value : std::string(token.text));
    directive->parameter_spans.push_back(cursor_.SpanFrom(begin));
  } while (cursor_.Accept(","));
  cursor_.Expect(")", "or ','");
}

ComponentSyntax ItemParser::ParseComponent() {
  size_t begin = cursor_.index();
  ComponentSyntax component;
  if (!cursor_.Enter()) return component;
  cursor_.Next();
  component.type = ParseComponentType();
  while (cursor_.Accept(":") || cursor_.Accept(","))
    component.bases.push_back(ParseComponentType());
  size_t closing = cursor_.Peek().match;
  if (cursor_.Expect("{", "before the items of a component")) {
    if (closing == 0) closing = cursor_.lexed().tokens.size() - 1;
    component.items = ParseItems(closing, true);
    cursor_.Expect("}", "to close the component");
  }
  component.span = cursor_.SpanFrom(begin);
  cursor_.Leave();
  return component;
}

ComponentTypeSyntax ItemParser::ParseComponentType() {
  size_t begin = cursor_.index();
  ComponentTypeSyntax type;
  type.name = cursor_.ExpectName("the name of a component");
  if (cursor_.Accept("<")) {
    do {
      type.arguments.push_back(cursor_.ExpectName("the name of a type"));
    } while (cursor_.Accept(","));
    cursor_.Expect(">", "or ','");
  }
  type.span = cursor_.SpanFrom(begin);
  return type;
}

InstanceSyntax ItemParser::ParseInstance() {
  size_t begin = cursor_.index();
  cursor_.Next();
  InstanceSyntax instance;
  instance.name = cursor_.ExpectName("the name of an instance");
  cursor_.Expect("=", "after the name of an instance");
  instance.type = ParseComponentType();
  instance.span = cursor_.SpanFrom(begin);
  return instance;
}

void ItemParser::ParseInclude(ItemsSyntax* items) {
  size_t begin = cursor_.index();
  cursor_.Next();
  if (cursor_.Peek().kind != TokenKind::kString)
    return cursor_.Fail("the path of a file, as a string");
  std::string path = cursor_.Next().value;
  items->includes.push_back({.path = std::move(path), .span = cursor_.SpanFrom(begin)});
}

void ItemParser::ParsePragma() {
  size_t begin = cursor_.index();
  cursor_.Next();
  if (cursor_.Peek().kind != TokenKind::kString) return cursor_.Fail("a string");
  cursor_.Next();
  if (cursor_.Peek().kind == TokenKind::kString) cursor_.Next();
  cursor_.diagnostics()->Add(Code::kPragmaIgnored, cursor_.SpanFrom(begin),
                             "this pragma is ignored");
}

}  // namespace cartograph::rules
