// RuleIndex: the names in rule text, where they stand and what they mean. Works on syntax trees, so
// that text with errors elsewhere still has answers.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rules/syntax/ast.h"
#include "rules/syntax/source.h"

namespace cartograph::lsp {

// A name where it stands.
struct Mention {
  enum class Kind : uint8_t { kRelation, kType, kBranch, kVariable, kComponent };
  Kind kind = Kind::kRelation;
  std::string name;
  rules::SourceSpan span;
  const rules::RuleSyntax* rule = nullptr;  // kVariable: the rule that it stands in
};

// Immutable. Names of components are found by their last part: "c.edge" is any component's edge.
class RuleIndex {
 public:
  explicit RuleIndex(std::vector<rules::SourceFile> sources);
  RuleIndex(const RuleIndex&) = delete;
  RuleIndex& operator=(const RuleIndex&) = delete;

  const std::vector<rules::SourceFile>& sources() const { return sources_; }
  // The innermost name that holds byte `offset` of file `file`, its end included; null when there
  // is none.
  const Mention* MentionAt(uint32_t file, size_t offset) const;
  // Where what is mentioned is declared, for a variable where it stands first; nothing when that is
  // nowhere in the text.
  std::optional<rules::SourceSpan> DefinitionOf(const Mention& mention) const;
  // Its declaration, and the comment above it, as Markdown; "" when nothing is known.
  std::string Describe(const Mention& mention) const;

  // Null when there is none.
  const rules::RelationSyntax* FindRelation(absl::string_view name) const;
  const rules::TypeSyntax* FindType(absl::string_view name) const;
  const std::map<std::string, const rules::RelationSyntax*>& relations() const {
    return relations_;
  }
  const std::map<std::string, const rules::TypeSyntax*>& types() const { return types_; }
  // The rule that holds byte `offset`, or null.
  const rules::RuleSyntax* RuleAt(uint32_t file, size_t offset) const;
  // The names of the variables of `rule`, each once, in order of text.
  std::vector<std::string> VariablesOf(const rules::RuleSyntax& rule) const;
  // The text of `span` on one line.
  std::string TextOf(rules::SourceSpan span) const;

 private:
  class Collector;

  std::string DescribeVariable(const Mention& mention) const;

  const std::vector<rules::SourceFile> sources_;
  std::vector<rules::ItemsSyntax> items_;  // by file
  std::vector<Mention> mentions_;
  std::vector<const rules::RuleSyntax*> rules_;
  std::map<std::string, const rules::RelationSyntax*> relations_;
  std::map<std::string, const rules::TypeSyntax*> types_;
  std::map<std::string, const rules::TypeSyntax*> branches_;  // the type that has the branch
  std::map<std::string, const rules::ComponentSyntax*> components_;
};

}  // namespace cartograph::lsp
