// Instantiation, as Soufflé does it: the content of a component is that of its bases, of its own
// instances, and its own items; then every relation and type in the content gets the instance's
// name before its own, and all references to them in the content follow. What a component refers to
// and does not hold is looked for in the enclosing instance, and finally in the file.

#include "rules/analysis/components.h"

#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/analysis/component_scopes.h"
#include "rules/analysis/renaming.h"

namespace cartograph::rules {
namespace {

constexpr size_t kDepthMax = 100;       // of instances within instances, as in Soufflé
constexpr size_t kInstancesMax = 1000;  // of a program
constexpr size_t kItemsMax = 100'000;   // of all instances together

template <typename T>
void Append(std::vector<T> from, std::vector<T>* to) {
  to->insert(to->end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

struct Content {
  std::vector<TypeSyntax> types;
  std::vector<RelationSyntax> relations;
  std::vector<RuleSyntax> rules;
  std::vector<DirectiveSyntax> directives;
};

void Append(Content from, Content* to) {
  Append(std::move(from.types), &to->types);
  Append(std::move(from.relations), &to->relations);
  Append(std::move(from.rules), &to->rules);
  Append(std::move(from.directives), &to->directives);
}

class Instantiator {
 public:
  Instantiator(const ItemsSyntax& items, DiagnosticList* diagnostics)
      : scopes_(items), diagnostics_(*diagnostics) {}

  const ComponentScopes& scopes() const { return scopes_; }

  // The content of `instance`, which stands in `scope`, under its qualified names.
  Content Instantiate(const InstanceSyntax& instance, const ComponentSyntax* scope,
                      const TypeBinding& binding, size_t depth) {
    Content content;
    const ComponentSyntax* component = Resolve(instance, scope, binding, depth);
    if (component == nullptr) return content;
    TypeBinding inner = binding.Extend(component->type.arguments, instance.type.arguments);
    InstantiateNested(*component, inner, depth, &content);
    Collect(*component, inner, {}, depth, &content);
    Qualify(instance.name, &content);
    return content;
  }

 private:
  // The component to instantiate, or null after a report, or when a limit was passed.
  const ComponentSyntax* Resolve(const InstanceSyntax& instance, const ComponentSyntax* scope,
                                 const TypeBinding& binding, size_t depth) {
    if (too_large_) return nullptr;
    const ComponentSyntax* component = scopes_.Find(scope, instance.type.name, binding);
    if (component == nullptr) {
      diagnostics_.Add(
          Code::kUnknownComponent, instance.type.span,
          absl::StrCat("there is no component '", binding.Resolve(instance.type.name), "'"));
    } else if (component->type.arguments.size() != instance.type.arguments.size()) {
      diagnostics_.Add(Code::kComponentParameters, instance.type.span,
                       absl::StrCat("'", component->type.name, "' takes other type parameters"));
      return nullptr;
    } else if (depth >= kDepthMax) {
      too_large_ = true;
      diagnostics_.Add(Code::kCyclicComponent, instance.span,
                       absl::StrCat("instances nest more than ", kDepthMax, " deep: '",
                                    component->type.name, "' holds an instance of itself"));
      return nullptr;
    } else if (++instances_ > kInstancesMax || items_ > kItemsMax) {
      too_large_ = true;
      diagnostics_.Add(
          Code::kTooLarge, instance.span,
          absl::StrCat("a program has at most ", kInstancesMax, " instances of components, with ",
                       kItemsMax, " items together"));
      return nullptr;
    }
    return component;
  }

  void InstantiateNested(const ComponentSyntax& component, const TypeBinding& binding, size_t depth,
                         Content* content) {
    for (const InstanceSyntax& nested : component.items.instances) {
      Append(Instantiate(nested, &component, binding, depth + 1), content);
    }
  }

  // Adds the items of the bases of `component`, then its own, without rules for what `overridden`
  // names.
  void Collect(const ComponentSyntax& component, const TypeBinding& binding,
               const std::set<std::string>& overridden, size_t depth, Content* content) {
    if (too_large_) return;
    std::set<std::string> inherited = overridden;
    for (const auto& [name, span] : component.items.overrides) inherited.insert(name);
    for (const ComponentTypeSyntax& base_type : component.bases) {
      const ComponentSyntax* base =
          scopes_.Find(scopes_.Enclosing(&component), base_type.name, binding);
      if (base == nullptr) {
        diagnostics_.Add(
            Code::kUnknownComponent, base_type.span,
            absl::StrCat("there is no component '", binding.Resolve(base_type.name), "'"));
        continue;
      }
      TypeBinding inner = binding.Extend(base->type.arguments, base_type.arguments);
      if (depth >= kDepthMax) continue;
      InstantiateNested(*base, inner, depth, content);
      Collect(*base, inner, inherited, depth + 1, content);
    }
    CollectOwn(component.items, binding, overridden, content);
  }

  void CollectOwn(const ItemsSyntax& items, const TypeBinding& binding,
                  const std::set<std::string>& overridden, Content* content) {
    for (TypeSyntax type : items.types) {
      Bind(binding, &type);
      content->types.push_back(std::move(type));
    }
    for (RelationSyntax relation : items.relations) {
      for (FieldSyntax& column : relation.columns) column.type = binding.Resolve(column.type);
      content->relations.push_back(std::move(relation));
    }
    for (RuleSyntax rule : items.rules) {
      auto drop = [&](const AtomSyntax& head) {
        return overridden.count(head.name.substr(0, head.name.find('.'))) > 0;
      };
      rule.heads.erase(std::remove_if(rule.heads.begin(), rule.heads.end(), drop),
                       rule.heads.end());
      if (!rule.heads.empty()) content->rules.push_back(std::move(rule));
    }
    Append(items.directives, &content->directives);
    items_ +=
        items.types.size() + items.relations.size() + items.rules.size() + items.directives.size();
  }

  static void Bind(const TypeBinding& binding, TypeSyntax* type) {
    type->name = binding.Resolve(type->name);
    for (std::string& name : type->names) name = binding.Resolve(name);
    for (BranchSyntax& branch : type->branches) {
      if (type->kind == TypeSyntax::Kind::kAlgebraic) branch.name = binding.Resolve(branch.name);
      for (FieldSyntax& field : branch.fields) field.type = binding.Resolve(field.type);
    }
  }

  // Puts `instance` before the names of all types and relations of `content`.
  static void Qualify(const std::string& instance, Content* content) {
    Renaming renaming;
    for (const TypeSyntax& type : content->types) {
      renaming.types[type.name] = absl::StrCat(instance, ".", type.name);
      if (type.kind != TypeSyntax::Kind::kAlgebraic) continue;
      for (const BranchSyntax& branch : type.branches) {
        renaming.types[branch.name] = absl::StrCat(instance, ".", branch.name);
      }
    }
    for (const RelationSyntax& relation : content->relations) {
      renaming.relations[relation.name] = absl::StrCat(instance, ".", relation.name);
    }
    for (TypeSyntax& type : content->types) renaming.Apply(&type);
    for (RelationSyntax& relation : content->relations) renaming.Apply(&relation);
    for (RuleSyntax& rule : content->rules) renaming.Apply(&rule);
    for (DirectiveSyntax& directive : content->directives) renaming.Apply(&directive);
  }

  const ComponentScopes scopes_;
  DiagnosticList& diagnostics_;
  size_t instances_ = 0;
  size_t items_ = 0;
  bool too_large_ = false;
};

// Types, relations, components and instances of a file share one space of names; clashes of the
// first two are found later.
void CheckNamespace(const ItemsSyntax& items, DiagnosticList* diagnostics) {
  std::set<std::string> names;
  for (const TypeSyntax& type : items.types) names.insert(type.name);
  for (const RelationSyntax& relation : items.relations) names.insert(relation.name);
  auto check = [&](const std::string& name, SourceSpan span) {
    if (names.insert(name).second) return;
    diagnostics->Add(Code::kNameClash, span, absl::StrCat("'", name, "' is declared already"));
  };
  for (const ComponentSyntax& component : items.components)
    check(component.type.name, component.type.span);
  for (const InstanceSyntax& instance : items.instances) check(instance.name, instance.span);
}

}  // namespace

ExpandedProgram ExpandComponents(ParsedSources parsed, DiagnosticList* diagnostics) {
  ExpandedProgram program;
  Instantiator instantiator(parsed.items, diagnostics);
  instantiator.scopes().Check(diagnostics);
  CheckNamespace(parsed.items, diagnostics);
  Content instances;
  if (!diagnostics->has_errors()) {
    for (const InstanceSyntax& instance : parsed.items.instances) {
      Append(instantiator.Instantiate(instance, nullptr, TypeBinding(), 0), &instances);
    }
  }
  auto add = [&](Content content) {
    Append(std::move(content.types), &program.types);
    Append(std::move(content.relations), &program.relations);
    Append(std::move(content.rules), &program.rules);
    Append(std::move(content.directives), &program.directives);
  };
  for (ItemsSyntax* items : {&parsed.base, &parsed.items}) {
    add({std::move(items->types), std::move(items->relations), std::move(items->rules),
         std::move(items->directives)});
    if (items == &parsed.base) program.base_relations = program.relations.size();
  }
  add(std::move(instances));
  return program;
}

}  // namespace cartograph::rules
