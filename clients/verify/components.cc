#include "clients/verify/components.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/verify/term_walk.h"

namespace cartograph::verify {
namespace {

constexpr size_t kDepthMax = 100;
constexpr size_t kInstancesMax = 1000;

// What the parameters of a component stand for: types or components.
using Meaning = std::map<std::string, std::string>;

std::string MeaningOf(const Meaning& meaning, const std::string& name) {
  const auto at = meaning.find(name);
  return at == meaning.end() ? name : at->second;
}

Meaning Extended(const Meaning& meaning, const ComponentName& parameters,
                 const ComponentName& arguments) {
  Meaning extended = meaning;
  const size_t known = std::min(parameters.arguments.size(), arguments.arguments.size());
  for (size_t i = 0; i < known; ++i) {
    extended[parameters.arguments[i]] = MeaningOf(meaning, arguments.arguments[i]);
  }
  return extended;
}

template <typename T>
void Append(const std::vector<T>& more, std::vector<T>* all) {
  all->insert(all->end(), more.begin(), more.end());
}

void Append(const ParsedRules& more, ParsedRules* all) {
  Append(more.types, &all->types);
  Append(more.relations, &all->relations);
  Append(more.clauses, &all->clauses);
  Append(more.subsumptions, &all->subsumptions);
}

// Puts the name of an instance before the names of what is in it.
class Renaming {
 public:
  Renaming(const std::string& instance, const ParsedRules& content) {
    for (const TypeSyntax& type : content.types) {
      types_[type.name] = absl::StrCat(instance, ".", type.name);
      for (const BranchSyntax& branch : type.branches) {
        types_[branch.name] = absl::StrCat(instance, ".", branch.name);
      }
    }
    types_.erase("");
    for (const RelationSyntax& relation : content.relations) {
      relations_[relation.name] = absl::StrCat(instance, ".", relation.name);
    }
  }

  void Apply(ParsedRules* content) const {
    for (TypeSyntax& type : content->types) {
      Apply(&type);
    }
    for (RelationSyntax& relation : content->relations) {
      relation.name = MeaningOf(relations_, relation.name);
      for (auto& [name, type] : relation.columns) {
        type = MeaningOf(types_, type);
      }
    }
    for (Clause& clause : content->clauses) {
      Apply(&clause);
    }
    for (Clause& clause : content->subsumptions) {
      Apply(&clause);
    }
  }

 private:
  void Apply(TypeSyntax* type) const {
    type->name = MeaningOf(types_, type->name);
    for (std::string& part : type->united) {
      part = MeaningOf(types_, part);
    }
    for (BranchSyntax& branch : type->branches) {
      branch.name = MeaningOf(types_, branch.name);
      for (std::string& field : branch.fields) {
        field = MeaningOf(types_, field);
      }
    }
  }

  void Apply(Clause* clause) const {
    OwnAggregates(*clause);
    const auto rename = [&](std::vector<Literal>* body) {
      for (Literal& literal : *body) {
        literal.atom.name = MeaningOf(relations_, literal.atom.name);
      }
    };
    clause->head.name = MeaningOf(relations_, clause->head.name);
    rename(&clause->body);
    ForEachTermWithin(*clause, [&](Term& term) {
      term.cast_to = MeaningOf(types_, term.cast_to);
      if (term.form == Term::Form::kRecord) {
        term.name = MeaningOf(types_, term.name);
      }
      if (term.aggregate != nullptr) {
        rename(&term.aggregate->body);
      }
    });
  }

  Meaning types_;  // and branches
  Meaning relations_;
};

class Expander {
 public:
  explicit Expander(const ParsedRules& file) : file_(file) { Declare(file.components, nullptr); }

  absl::StatusOr<ParsedRules> Run() {
    ParsedRules all;
    Append(file_, &all);
    for (const InstanceSyntax& instance : file_.instances) {
      ASSIGN_OR_RETURN(const ParsedRules content, Instantiate(instance, nullptr, {}, 0));
      Append(content, &all);
    }
    return all;
  }

 private:
  void Declare(const std::vector<ComponentSyntax>& components, const ComponentSyntax* around) {
    for (const ComponentSyntax& component : components) {
      around_[&component] = around;
      Declare(component.items.components, &component);
    }
  }

  static absl::Status Wrong(const InstanceSyntax& instance, absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat(instance.place.ToString(), ": ", what));
  }

  static const ComponentSyntax* FindIn(const std::vector<ComponentSyntax>& components,
                                       const std::string& name) {
    const auto at = std::find_if(components.begin(), components.end(), [&](const auto& component) {
      return component.name.name == name;
    });
    return at == components.end() ? nullptr : &*at;
  }

  // The component `name` as seen within `scope`: of the components around, innermost first, those
  // declared there and those of their bases, then those of the file. Null when there is none.
  const ComponentSyntax* Find(const ComponentSyntax* scope, const std::string& name,
                              const Meaning& meaning, size_t depth) const {
    const std::string wanted = MeaningOf(meaning, name);
    for (; scope != nullptr && depth < kDepthMax; scope = around_.at(scope)) {
      if (const ComponentSyntax* found = FindIn(scope->items.components, wanted)) {
        return found;
      }
      for (const ComponentName& base : scope->bases) {
        const ComponentSyntax* of = Find(around_.at(scope), base.name, meaning, depth + 1);
        const ComponentSyntax* found =
            of == nullptr || of == scope ? nullptr : FindIn(of->items.components, wanted);
        if (found != nullptr) {
          return found;
        }
      }
    }
    return FindIn(file_.components, wanted);
  }

  // The content of `instance`, which stands in `scope`, under its qualified names.
  absl::StatusOr<ParsedRules> Instantiate(const InstanceSyntax& instance,
                                          const ComponentSyntax* scope, const Meaning& meaning,
                                          size_t depth) {
    const ComponentSyntax* component = Find(scope, instance.of.name, meaning, 0);
    if (component == nullptr) {
      return Wrong(instance, absl::StrCat("there is no component ", instance.of.name));
    }
    if (component->name.arguments.size() != instance.of.arguments.size()) {
      return Wrong(instance, absl::StrCat(component->name.name, " has other parameters"));
    }
    if (depth >= kDepthMax || ++instances_ > kInstancesMax) {
      return Wrong(instance, "too many instances of components");
    }
    const Meaning inner = Extended(meaning, component->name, instance.of);
    ParsedRules content;
    RETURN_IF_ERROR(Collect(*component, inner, {}, depth, &content));
    Renaming(instance.name, content).Apply(&content);
    return content;
  }

  // Adds what `component` holds, and what its bases do, without rules for the relations that are
  // overridden.
  absl::Status Collect(const ComponentSyntax& component, const Meaning& meaning,
                       const std::set<std::string>& overridden, size_t depth,
                       ParsedRules* content) {
    for (const InstanceSyntax& nested : component.items.instances) {
      ASSIGN_OR_RETURN(const ParsedRules inner,
                       Instantiate(nested, &component, meaning, depth + 1));
      Append(inner, content);
    }
    std::set<std::string> inherited = overridden;
    inherited.insert(component.items.overrides.begin(), component.items.overrides.end());
    for (const ComponentName& name : component.bases) {
      const ComponentSyntax* base = Find(around_.at(&component), name.name, meaning, 0);
      if (base == nullptr || depth >= kDepthMax) {
        return absl::InvalidArgumentError(
            absl::StrCat("there is no component ", name.name, ", or it holds itself"));
      }
      RETURN_IF_ERROR(
          Collect(*base, Extended(meaning, base->name, name), inherited, depth + 1, content));
    }
    Append(OwnOf(component, meaning, overridden), content);
    return absl::OkStatus();
  }

  static ParsedRules OwnOf(const ComponentSyntax& component, const Meaning& meaning,
                           const std::set<std::string>& overridden) {
    ParsedRules own;
    Append(component.items, &own);
    for (TypeSyntax& type : own.types) {
      Bind(meaning, &type);
    }
    for (RelationSyntax& relation : own.relations) {
      for (auto& [name, type] : relation.columns) {
        type = MeaningOf(meaning, type);
      }
    }
    const auto dropped = [&](const Clause& clause) {
      return overridden.count(clause.head.name.substr(0, clause.head.name.find('.'))) > 0;
    };
    for (std::vector<Clause>* clauses : {&own.clauses, &own.subsumptions}) {
      clauses->erase(std::remove_if(clauses->begin(), clauses->end(), dropped), clauses->end());
    }
    return own;
  }

  static void Bind(const Meaning& meaning, TypeSyntax* type) {
    type->name = MeaningOf(meaning, type->name);
    for (std::string& part : type->united) {
      part = MeaningOf(meaning, part);
    }
    for (BranchSyntax& branch : type->branches) {
      branch.name = MeaningOf(meaning, branch.name);
      for (std::string& field : branch.fields) {
        field = MeaningOf(meaning, field);
      }
    }
  }

  const ParsedRules& file_;
  std::map<const ComponentSyntax*, const ComponentSyntax*> around_;
  size_t instances_ = 0;
};

}  // namespace

absl::StatusOr<ParsedRules> ExpandComponents(const ParsedRules& rules) {
  return Expander(rules).Run();
}

}  // namespace cartograph::verify
