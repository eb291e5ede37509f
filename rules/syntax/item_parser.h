// ItemParser: the grammar of declarations, directives and components.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rules/syntax/ast.h"
#include "rules/syntax/rule_parser.h"
#include "rules/syntax/token_cursor.h"

namespace cartograph::rules {

class ItemParser {
 public:
  explicit ItemParser(TokenCursor* cursor) : cursor_(*cursor), rules_(cursor) {}

  // All items up to token `closing` (the `}` of a component) or the end of the text.
  ItemsSyntax ParseItems(size_t closing, bool in_component);

 private:
  // What stands before an item.
  struct Prefix {
    std::string doc;
    std::vector<AnnotationSyntax> annotations;
  };

  void ParseItem(bool in_component, ItemsSyntax* items);
  bool ParseDirectiveItem(bool in_component, Prefix prefix, ItemsSyntax* items);
  bool ParseFileItem(ItemsSyntax* items);
  bool ParseComponentItem(bool in_component, ItemsSyntax* items);
  bool ParseUnsupported();

  // declaration_parser.cc
  std::vector<RelationSyntax> ParseRelations(Prefix prefix, ItemsSyntax* items);
  std::vector<std::string> ParseQualifiers(const std::vector<RelationSyntax>& relations,
                                           ItemsSyntax* items);
  void ParseDeltaOrChoice();
  FieldSyntax ParseField();
  std::vector<FieldSyntax> ParseFields(absl::string_view close);
  TypeSyntax ParseType(Prefix prefix);
  TypeSyntax ParseDeprecatedType(Prefix prefix);
  void ParseTypeDefinition(TypeSyntax* type);
  void ParseBranches(TypeSyntax* type);
  DirectiveSyntax ParseIo(DirectiveSyntax::Kind kind);
  void ParseParameters(DirectiveSyntax* directive);
  ComponentSyntax ParseComponent();
  ComponentTypeSyntax ParseComponentType();
  InstanceSyntax ParseInstance();
  void ParseInclude(ItemsSyntax* items);
  void ParsePragma();

  // The doc comments between tokens `first` and `last`, inclusive of those right before `last`.
  std::string DocBetween(size_t first, size_t last) const;

  TokenCursor& cursor_;
  RuleParser rules_;
};

}  // namespace cartograph::rules
