#include "clients/lsp/rule_index.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "rules/syntax/parser.h"

namespace cartograph::lsp {
namespace {

using rules::AtomSyntax;
using rules::BodySyntax;
using rules::ItemsSyntax;
using rules::RuleSyntax;
using rules::SourceSpan;
using rules::TermSyntax;

// Calls `visit(atom)` and `visit(term)` for all that stands in a tree, outer ones first.
template <typename Visit>
void Walk(const TermSyntax& term, const Visit& visit);

template <typename Visit>
void Walk(const AtomSyntax& atom, const Visit& visit) {
  visit(atom);
  for (const TermSyntax& argument : atom.arguments) Walk(argument, visit);
}

template <typename Visit>
void Walk(const BodySyntax& body, const Visit& visit) {
  if (body.kind == BodySyntax::Kind::kAtom) Walk(body.atom, visit);
  for (const TermSyntax& side : body.constraint.sides) Walk(side, visit);
  for (const BodySyntax& part : body.parts) Walk(part, visit);
}

template <typename Visit>
void Walk(const TermSyntax& term, const Visit& visit) {
  visit(term);
  for (const TermSyntax& argument : term.arguments) Walk(argument, visit);
  if (term.aggregate == nullptr) return;
  for (const TermSyntax& target : term.aggregate->target) Walk(target, visit);
  Walk(term.aggregate->body, visit);
}

template <typename Visit>
void Walk(const RuleSyntax& rule, const Visit& visit) {
  for (const AtomSyntax& head : rule.heads) Walk(head, visit);
  if (rule.body) Walk(*rule.body, visit);
}

bool Holds(SourceSpan span, uint32_t file, size_t offset) {
  return span.file == file && span.begin <= offset && offset <= span.end;
}

std::string Code(absl::string_view text) { return absl::StrCat("```souffle\n", text, "\n```"); }

std::string WithDoc(absl::string_view declaration, const std::string& doc) {
  return doc.empty() ? Code(declaration) : absl::StrCat(Code(declaration), "\n\n", doc);
}

// The value under `name`, or under its last part; null when there is none.
template <typename T>
const T* FindIn(const std::map<std::string, const T*>& names, absl::string_view name) {
  auto at = names.find(std::string(name));
  if (at == names.end()) at = names.find(std::string(name.substr(name.rfind('.') + 1)));
  return at == names.end() ? nullptr : at->second;
}

}  // namespace

// Gathers the names of one file.
class RuleIndex::Collector {
 public:
  explicit Collector(RuleIndex* index) : index_(*index) {}

  void Collect(const ItemsSyntax& items) {
    for (const auto& relation : items.relations) CollectRelation(relation);
    for (const auto& type : items.types) CollectType(type);
    for (const auto& directive : items.directives) {
      for (size_t i = 0; i < directive.relations.size(); ++i) {
        Add(Mention::Kind::kRelation, directive.relations[i], directive.relation_spans[i]);
      }
    }
    for (const RuleSyntax& rule : items.rules) CollectRule(rule);
    for (const auto& instance : items.instances) CollectComponentType(instance.type);
    for (const auto& component : items.components) CollectComponent(component);
  }

 private:
  void Add(Mention::Kind kind, const std::string& name, SourceSpan span,
           const RuleSyntax* rule = nullptr) {
    index_.mentions_.push_back({kind, name, span, rule});
  }

  void CollectFields(const std::vector<rules::FieldSyntax>& fields) {
    for (const auto& field : fields) Add(Mention::Kind::kType, field.type, field.type_span);
  }

  void CollectRelation(const rules::RelationSyntax& relation) {
    index_.relations_.emplace(relation.name, &relation);
    Add(Mention::Kind::kRelation, relation.name, relation.name_span);
    CollectFields(relation.columns);
  }

  void CollectType(const rules::TypeSyntax& type) {
    index_.types_.emplace(type.name, &type);
    Add(Mention::Kind::kType, type.name, type.name_span);
    for (size_t i = 0; i < type.names.size(); ++i) {
      Add(Mention::Kind::kType, type.names[i], type.name_spans[i]);
    }
    for (const auto& branch : type.branches) {
      if (!branch.name.empty()) index_.branches_.emplace(branch.name, &type);
      CollectFields(branch.fields);
    }
  }

  void CollectComponentType(const rules::ComponentTypeSyntax& type) {
    Add(Mention::Kind::kComponent, type.name, type.span);
  }

  void CollectComponent(const rules::ComponentSyntax& component) {
    index_.components_.emplace(component.type.name, &component);
    CollectComponentType(component.type);
    for (const auto& base : component.bases) CollectComponentType(base);
    Collect(component.items);
  }

  void CollectRule(const RuleSyntax& rule) {
    index_.rules_.push_back(&rule);
    Walk(rule, Visitor{this, &rule});
  }

  struct Visitor {
    void operator()(const AtomSyntax& atom) const {
      collector->Add(Mention::Kind::kRelation, atom.name, atom.name_span);
    }
    void operator()(const TermSyntax& term) const {
      if (term.kind == TermSyntax::Kind::kVariable) {
        collector->Add(Mention::Kind::kVariable, term.text, term.span, rule);
      } else if (term.kind == TermSyntax::Kind::kBranch) {
        // The `$` and the name behind it.
        SourceSpan name = term.span;
        name.end = name.begin + 1 + static_cast<uint32_t>(term.text.size());
        collector->Add(Mention::Kind::kBranch, term.text, name);
      } else if (term.kind == TermSyntax::Kind::kCast) {
        // The type stands last, before the closing parenthesis.
        SourceSpan name = term.span;
        name.begin = std::max(name.begin, name.end - 1 - static_cast<uint32_t>(term.text.size()));
        collector->Add(Mention::Kind::kType, term.text, name);
      }
    }
    Collector* collector;
    const RuleSyntax* rule;
  };

  RuleIndex& index_;
};

RuleIndex::RuleIndex(std::vector<rules::SourceFile> sources) : sources_(std::move(sources)) {
  rules::DiagnosticList ignored(0);
  for (uint32_t file = 0; file < sources_.size(); ++file) {
    items_.push_back(rules::Parse(sources_[file].text, file, {}, &ignored));
  }
  for (const ItemsSyntax& items : items_) Collector(this).Collect(items);
}

const Mention* RuleIndex::MentionAt(uint32_t file, size_t offset) const {
  const Mention* found = nullptr;
  for (const Mention& mention : mentions_) {
    if (!Holds(mention.span, file, offset)) continue;
    auto size = [](SourceSpan span) { return span.end - span.begin; };
    if (found == nullptr || size(mention.span) < size(found->span)) found = &mention;
  }
  return found;
}

const RuleSyntax* RuleIndex::RuleAt(uint32_t file, size_t offset) const {
  for (const RuleSyntax* rule : rules_) {
    if (Holds(rule->span, file, offset)) return rule;
  }
  return nullptr;
}

std::vector<std::string> RuleIndex::VariablesOf(const RuleSyntax& rule) const {
  std::vector<std::string> names;
  for (const Mention& mention : mentions_) {
    const bool known = std::find(names.begin(), names.end(), mention.name) != names.end();
    if (mention.rule == &rule && !known) names.push_back(mention.name);
  }
  return names;
}

const rules::RelationSyntax* RuleIndex::FindRelation(absl::string_view name) const {
  return FindIn(relations_, name);
}

const rules::TypeSyntax* RuleIndex::FindType(absl::string_view name) const {
  return FindIn(types_, name);
}

std::optional<SourceSpan> RuleIndex::DefinitionOf(const Mention& mention) const {
  switch (mention.kind) {
    case Mention::Kind::kRelation:
      if (const auto* relation = FindRelation(mention.name)) return relation->name_span;
      break;
    case Mention::Kind::kType:
      if (const auto* type = FindType(mention.name)) return type->name_span;
      break;
    case Mention::Kind::kBranch:
      if (const auto* type = FindIn(branches_, mention.name)) return type->name_span;
      break;
    case Mention::Kind::kComponent:
      if (const auto* component = FindIn(components_, mention.name)) return component->type.span;
      break;
    case Mention::Kind::kVariable:
      for (const Mention& other : mentions_) {
        if (other.rule == mention.rule && other.name == mention.name) return other.span;
      }
  }
  return std::nullopt;
}

std::string RuleIndex::Describe(const Mention& mention) const {
  switch (mention.kind) {
    case Mention::Kind::kRelation:
      if (const auto* relation = FindRelation(mention.name)) {
        return WithDoc(TextOf(relation->span), relation->doc);
      }
      break;
    case Mention::Kind::kType:
      if (const auto* type = FindType(mention.name)) return WithDoc(TextOf(type->span), type->doc);
      break;
    case Mention::Kind::kBranch:
      if (const auto* type = FindIn(branches_, mention.name)) {
        return WithDoc(TextOf(type->span), type->doc);
      }
      break;
    case Mention::Kind::kComponent:
      if (const auto* component = FindIn(components_, mention.name)) {
        return Code(absl::StrCat(".comp ", TextOf(component->type.span)));
      }
      break;
    case Mention::Kind::kVariable:
      return DescribeVariable(mention);
  }
  return "";
}

// The column that binds the variable: the first that it stands in.
std::string RuleIndex::DescribeVariable(const Mention& mention) const {
  std::string description;
  auto visit = [&](const auto& node) {
    if constexpr (std::is_same_v<std::decay_t<decltype(node)>, AtomSyntax>) {
      const rules::RelationSyntax* relation = FindRelation(node.name);
      if (relation == nullptr || !description.empty()) return;
      const size_t columns = std::min(relation->columns.size(), node.arguments.size());
      for (size_t i = 0; i < columns && description.empty(); ++i) {
        const TermSyntax& argument = node.arguments[i];
        const bool here =
            argument.kind == TermSyntax::Kind::kVariable && argument.text == mention.name;
        if (!here) continue;
        const rules::FieldSyntax& column = relation->columns[i];
        description = absl::StrCat(Code(absl::StrCat(mention.name, ": ", column.type)),
                                   "\n\ncolumn `", column.name, "` of `", node.name, "`");
      }
    }
  };
  if (mention.rule->body) Walk(*mention.rule->body, visit);
  for (const AtomSyntax& head : mention.rule->heads) Walk(head, visit);
  return description;
}

std::string RuleIndex::TextOf(SourceSpan span) const {
  std::string text = sources_[span.file].text.substr(span.begin, span.end - span.begin);
  absl::RemoveExtraAsciiWhitespace(&text);
  return text;
}

}  // namespace cartograph::lsp
