#include "rules/analysis/inline_checks.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "rules/analysis/dependency_graph.h"

namespace cartograph::rules {
namespace {

class InlineChecker {
 public:
  InlineChecker(const ExpandedProgram& program, const Schema& schema,
                const std::vector<Clause>& clauses, DiagnosticList* diagnostics)
      : program_(program), schema_(schema), clauses_(clauses), diagnostics_(*diagnostics) {}

  bool Run() {
    size_t errors = diagnostics_.errors();
    CheckDirectives();
    CheckCycles();
    FindNegatable();
    for (const Clause& clause : clauses_) {
      if (clause.dominating && IsInline(clause.head.name)) {
        Report(clause.head.name_span, clause.head.name, "has a subsumption and cannot be inlined");
      }
      auto check = [&](const AtomSyntax& atom, AtomPlace place) { CheckUse(atom, place); };
      ForEachAtom(clause.body, AtomPlace{}, check);
      for (const TermSyntax& argument : clause.head.arguments)
        ForEachAtom(argument, AtomPlace{}, check);
    }
    return diagnostics_.errors() == errors;
  }

 private:
  bool IsInline(const std::string& name) const {
    return schema_.is_inline[Index(*schema_.Find(name))];
  }

  void Report(SourceSpan span, const std::string& relation, const std::string& problem) {
    diagnostics_.Add(Code::kInline, span,
                     absl::StrCat("the inline relation '", relation, "' ", problem));
  }

  void CheckDirectives() {
    for (const DirectiveSyntax& directive : program_.directives) {
      for (size_t i = 0; i < directive.relations.size(); ++i) {
        if (!IsInline(directive.relations[i])) continue;
        Report(directive.relation_spans[i], directive.relations[i], "cannot be read or written");
      }
    }
  }

  void CheckCycles() {
    DependencyGraph graph(schema_.predicates.size());
    for (const Clause& clause : clauses_) {
      PredicateId from = *schema_.Find(clause.head.name);
      if (!IsInline(clause.head.name)) continue;
      ForEachAtom(clause.body, AtomPlace{}, [&](const AtomSyntax& atom, AtomPlace) {
        if (!IsInline(atom.name)) return;
        graph[Index(from)].push_back(
            {from, *schema_.Find(atom.name), Dependency::Kind::kPositive, atom.span});
      });
    }
    for (const std::vector<PredicateId>& component : Components(graph)) {
      const std::vector<Dependency>& first = graph[Index(component[0])];
      bool cyclic = component.size() > 1 ||
                    std::any_of(first.begin(), first.end(),
                                [&](const Dependency& d) { return d.to == component[0]; });
      if (!cyclic) continue;
      Report(*schema_.predicate_spans[Index(component[0])], schema_.predicate(component[0]).name,
             "is recursive");
    }
  }

  // A clause can be negated when all its variables are head arguments of their own: then the atom
  // says their values.
  void FindNegatable() {
    for (const Clause& clause : clauses_) {
      if (!IsInline(clause.head.name)) continue;
      std::set<std::string> bound;
      for (const TermSyntax& argument : clause.head.arguments) {
        if (argument.kind == TermSyntax::Kind::kVariable) bound.insert(argument.text);
      }
      auto check = [&](const TermSyntax& term) {
        bool local = term.text.find('\'') != std::string::npos;  // of an aggregate
        if (term.kind == TermSyntax::Kind::kVariable && !local && bound.count(term.text) == 0) {
          not_negatable_.insert(clause.head.name);
        }
      };
      for (const TermSyntax& argument : clause.head.arguments) ForEachTerm(argument, check);
      ForEachTerm(clause.body, check);
      for (const BodySyntax& literal : clause.body) {
        for (const TermSyntax& side : literal.constraint.sides) {
          if (HoldsUnnamed(side)) not_negatable_.insert(clause.head.name);
        }
      }
    }
  }

  void CheckUse(const AtomSyntax& atom, AtomPlace place) {
    if (!IsInline(atom.name)) return;
    if (place.aggregated) {
      Report(atom.span, atom.name, "cannot stand in an aggregate");
    } else if (place.negated && not_negatable_.count(atom.name) > 0) {
      Report(atom.span, atom.name,
             "cannot be negated: its rules have variables that its columns do not say");
    } else if (place.negated && HoldsUnnamed(atom)) {
      Report(atom.span, atom.name, "cannot be negated with '_'");
    }
  }

  template <typename Tree>
  static bool HoldsUnnamed(const Tree& tree) {
    bool found = false;
    ForEachTerm(tree,
                [&](const TermSyntax& term) { found |= term.kind == TermSyntax::Kind::kUnnamed; });
    return found;
  }

  const ExpandedProgram& program_;
  const Schema& schema_;
  const std::vector<Clause>& clauses_;
  DiagnosticList& diagnostics_;
  std::set<std::string> not_negatable_;
};

}  // namespace

bool CheckInline(const ExpandedProgram& program, const Schema& schema,
                 const std::vector<Clause>& clauses, DiagnosticList* diagnostics) {
  return InlineChecker(program, schema, clauses, diagnostics).Run();
}

}  // namespace cartograph::rules
