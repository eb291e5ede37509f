// Which component a name means, and checks of components before any is instantiated.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "rules/syntax/ast.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {

// The types (or components) that the parameters of a component stand for.
class TypeBinding {
 public:
  // What `name` stands for, or `name` itself.
  const std::string& Resolve(const std::string& name) const;
  bool Binds(const std::string& name) const { return types_.count(name) > 0; }
  // This binding with `parameters` standing for `arguments`, which are resolved first.
  TypeBinding Extend(const std::vector<std::string>& parameters,
                     const std::vector<std::string>& arguments) const;

 private:
  std::map<std::string, std::string> types_;
};

// The components of a program. Refers to `items`, which must not change.
class ComponentScopes {
 public:
  explicit ComponentScopes(const ItemsSyntax& items);

  // The component called `name` as seen from within `scope` (null: from the file): those declared
  // in the components around it, innermost first, those of their bases, then those of the file.
  // Null when there is none.
  const ComponentSyntax* Find(const ComponentSyntax* scope, const std::string& name,
                              const TypeBinding& binding) const;
  // The component in which `component` is declared, or null.
  const ComponentSyntax* Enclosing(const ComponentSyntax* component) const;

  // Reports unknown components, wrong numbers of parameters, cyclic inheritance and wrong
  // overrides.
  void Check(DiagnosticList* diagnostics) const;

 private:
  void Declare(const ComponentSyntax& component, const ComponentSyntax* enclosing);
  const ComponentSyntax* FindIn(const std::vector<ComponentSyntax>& components,
                                const std::string& name) const;
  const ComponentSyntax* Search(const ComponentSyntax* scope, const std::string& name,
                                const TypeBinding& binding, size_t depth) const;
  void CheckComponent(const ComponentSyntax& component, const TypeBinding& outer,
                      DiagnosticList* diagnostics) const;
  void CheckReference(const ComponentSyntax* scope, const ComponentTypeSyntax& type,
                      const TypeBinding& binding, DiagnosticList* diagnostics) const;
  void CheckOverrides(const ComponentSyntax& component,
                      const std::vector<const ComponentSyntax*>& ancestors,
                      DiagnosticList* diagnostics) const;
  std::vector<const ComponentSyntax*> Ancestors(const ComponentSyntax& component) const;
  std::vector<std::string> Names() const;

  const ItemsSyntax& items_;
  std::map<const ComponentSyntax*, const ComponentSyntax*> enclosing_;
};

}  // namespace cartograph::rules
