// RuleParser: the grammar of rules: atoms, bodies and terms.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rules/syntax/ast.h"
#include "rules/syntax/token_cursor.h"

namespace cartograph::rules {

// Every function parses from the cursor's place. After a failure the result is a tree without
// meaning.
class RuleParser {
 public:
  explicit RuleParser(TokenCursor* cursor) : cursor_(*cursor) {}

  // A rule or fact, up to and including its dot.
  RuleSyntax ParseRule();
  AtomSyntax ParseAtom();
  BodySyntax ParseBody();
  TermSyntax ParseTerm() { return ParseOperators(0); }
  // name(.name)*; `what` says what the name is for.
  std::string ParseQualifiedName(absl::string_view what);
  // @[…] and @![…], as many as stand here.
  std::vector<AnnotationSyntax> ParseAnnotations();

 private:
  // body_parser.cc
  void ParsePlan(RuleSyntax* rule);
  BodySyntax ParseConjunction();
  BodySyntax ParseLiteral();
  BodySyntax ParseConstraint();
  BodySyntax ParseAnyConstraint(size_t begin);
  BodySyntax ParsePrefixConstraint(ComparisonSyntax comparison);
  bool AtAtom() const;
  bool AtGroup() const;
  AnnotationSyntax ParseAnnotation();
  void ParseAnnotationArguments(size_t end, AnnotationSyntax* annotation);

  // term_parser.cc
  TermSyntax ParseOperators(int level_min);
  TermSyntax ParseUnary();
  TermSyntax ParseNegative(size_t begin);
  TermSyntax ParsePrimary();
  TermSyntax ParseWord();
  TermSyntax ParseBranch();
  TermSyntax ParseCast();
  TermSyntax ParseFunctor();
  TermSyntax ParseUnknownFunctor();
  TermSyntax ParseUserFunctor();
  TermSyntax ParseAggregate();
  bool AtAggregateFunctor() const;
  std::vector<TermSyntax> ParseTerms(absl::string_view close);
  TermSyntax Leaf(TermSyntax::Kind kind, std::string text = "");
  TermSyntax Node(TermSyntax::Kind kind, std::string text, std::vector<TermSyntax> arguments,
                  size_t begin);

  TokenCursor& cursor_;
};

}  // namespace cartograph::rules
