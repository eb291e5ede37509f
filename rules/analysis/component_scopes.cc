#include "rules/analysis/component_scopes.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "rules/analysis/wording.h"
#include "rules/syntax/nearest.h"

namespace cartograph::rules {
namespace {

constexpr size_t kSearchDepthMax = 100;  // of bases that are looked up through bases

bool Overridable(const RelationSyntax& relation) {
  return std::find(relation.qualifiers.begin(), relation.qualifiers.end(), "overridable") !=
         relation.qualifiers.end();
}

const RelationSyntax* FindRelation(const ComponentSyntax& component, const std::string& name) {
  for (const RelationSyntax& relation : component.items.relations) {
    if (relation.name == name) return &relation;
  }
  return nullptr;
}

}  // namespace

const std::string& TypeBinding::Resolve(const std::string& name) const {
  auto at = types_.find(name);
  return at == types_.end() ? name : at->second;
}

TypeBinding TypeBinding::Extend(const std::vector<std::string>& parameters,
                                const std::vector<std::string>& arguments) const {
  TypeBinding extended = *this;
  for (size_t i = 0; i < std::min(parameters.size(), arguments.size()); ++i) {
    extended.types_[parameters[i]] = Resolve(arguments[i]);
  }
  return extended;
}

ComponentScopes::ComponentScopes(const ItemsSyntax& items) : items_(items) {
  for (const ComponentSyntax& component : items.components) Declare(component, nullptr);
}

void ComponentScopes::Declare(const ComponentSyntax& component, const ComponentSyntax* enclosing) {
  enclosing_[&component] = enclosing;
  for (const ComponentSyntax& inner : component.items.components) Declare(inner, &component);
}

const ComponentSyntax* ComponentScopes::Enclosing(const ComponentSyntax* component) const {
  auto at = enclosing_.find(component);
  return at == enclosing_.end() ? nullptr : at->second;
}

const ComponentSyntax* ComponentScopes::FindIn(const std::vector<ComponentSyntax>& components,
                                               const std::string& name) const {
  for (const ComponentSyntax& component : components) {
    if (component.type.name == name) return &component;
  }
  return nullptr;
}

const ComponentSyntax* ComponentScopes::Find(const ComponentSyntax* scope, const std::string& name,
                                             const TypeBinding& binding) const {
  return Search(scope, name, binding, 0);
}

const ComponentSyntax* ComponentScopes::Search(const ComponentSyntax* scope,
                                               const std::string& name, const TypeBinding& binding,
                                               size_t depth) const {
  if (depth > kSearchDepthMax) return nullptr;  // bases in a cycle, which is reported
  const std::string& bound = binding.Resolve(name);
  for (; scope != nullptr; scope = Enclosing(scope)) {
    if (const ComponentSyntax* found = FindIn(scope->items.components, bound)) return found;
    for (const ComponentTypeSyntax& base_type : scope->bases) {
      const ComponentSyntax* base = Search(Enclosing(scope), base_type.name, binding, depth + 1);
      if (base == scope) return nullptr;
      if (base == nullptr) continue;
      if (const ComponentSyntax* found = FindIn(base->items.components, bound)) return found;
    }
  }
  return FindIn(items_.components, bound);
}

std::vector<std::string> ComponentScopes::Names() const {
  std::vector<std::string> names;
  for (const auto& [component, enclosing] : enclosing_) names.push_back(component->type.name);
  std::sort(names.begin(), names.end());
  return names;
}

void ComponentScopes::Check(DiagnosticList* diagnostics) const {
  for (const ComponentSyntax& component : items_.components) {
    CheckComponent(component, TypeBinding(), diagnostics);
  }
  for (const InstanceSyntax& instance : items_.instances) {
    CheckReference(nullptr, instance.type, TypeBinding(), diagnostics);
  }
}

void ComponentScopes::CheckReference(const ComponentSyntax* scope, const ComponentTypeSyntax& type,
                                     const TypeBinding& binding,
                                     DiagnosticList* diagnostics) const {
  if (binding.Binds(type.name)) return;  // a parameter: known when the component is instantiated
  const ComponentSyntax* component = Find(scope, type.name, binding);
  if (component == nullptr) {
    std::string near = NearestName(type.name, Names());
    diagnostics->Add(Code::kUnknownComponent, type.span,
                     absl::StrCat("there is no component '", type.name, "'"),
                     near.empty() ? "" : absl::StrCat("did you mean ", near, "?"));
  } else if (component->type.arguments.size() != type.arguments.size()) {
    diagnostics->Add(Code::kComponentParameters, type.span,
                     absl::StrCat("the component '", type.name, "' has ",
                                  Counted(component->type.arguments.size(), "type parameter"),
                                  ", and here ", type.arguments.size()));
  }
}

std::vector<const ComponentSyntax*> ComponentScopes::Ancestors(
    const ComponentSyntax& component) const {
  std::vector<const ComponentSyntax*> ancestors;
  std::vector<const ComponentSyntax*> open = {&component};
  while (!open.empty()) {
    const ComponentSyntax* at = open.back();
    open.pop_back();
    for (const ComponentTypeSyntax& base_type : at->bases) {
      const ComponentSyntax* base = Find(Enclosing(at), base_type.name, TypeBinding());
      bool known = std::find(ancestors.begin(), ancestors.end(), base) != ancestors.end();
      if (base == nullptr || known) continue;
      ancestors.push_back(base);
      open.push_back(base);
    }
  }
  return ancestors;
}

void ComponentScopes::CheckComponent(const ComponentSyntax& component, const TypeBinding& outer,
                                     DiagnosticList* diagnostics) const {
  TypeBinding binding = outer.Extend(component.type.arguments, component.type.arguments);
  for (const ComponentTypeSyntax& base : component.bases) {
    CheckReference(Enclosing(&component), base, binding, diagnostics);
  }
  std::vector<const ComponentSyntax*> ancestors = Ancestors(component);
  if (std::find(ancestors.begin(), ancestors.end(), &component) != ancestors.end()) {
    diagnostics->Add(
        Code::kCyclicComponent, component.type.span,
        absl::StrCat("the component '", component.type.name, "' inherits from itself"));
  } else {
    CheckOverrides(component, ancestors, diagnostics);
  }
  for (const ComponentSyntax& inner : component.items.components) {
    CheckComponent(inner, binding, diagnostics);
  }
  for (const InstanceSyntax& instance : component.items.instances) {
    CheckReference(&component, instance.type, binding, diagnostics);
  }
}

void ComponentScopes::CheckOverrides(const ComponentSyntax& component,
                                     const std::vector<const ComponentSyntax*>& ancestors,
                                     DiagnosticList* diagnostics) const {
  for (const auto& [name, span] : component.items.overrides) {
    const RelationSyntax* inherited = nullptr;
    for (const ComponentSyntax* ancestor : ancestors) {
      if (inherited == nullptr) inherited = FindRelation(*ancestor, name);
    }
    bool own = FindRelation(component, name) != nullptr;
    if (inherited != nullptr && Overridable(*inherited) && !own) continue;
    std::vector<Diagnostic::Note> notes;
    if (inherited != nullptr) notes.push_back({inherited->name_span, "it is declared here"});
    diagnostics->Add(Code::kOverride, span,
                     own ? absl::StrCat("'", name, "' is declared in this component itself")
                     : inherited == nullptr
                         ? absl::StrCat("no super-component declares '", name, "'")
                         : absl::StrCat("'", name, "' is not declared overridable"),
                     std::move(notes));
  }
}

}  // namespace cartograph::rules
