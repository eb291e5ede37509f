#include "rules/analysis/check_use.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/analysis/number_text.h"

namespace cartograph::rules {
namespace {

// What stands where, by predicate.
struct Use {
  std::vector<bool> read;       // in a body
  std::vector<bool> derived;    // in a head
  std::vector<bool> filled;     // from outside: base relations and .input
  std::vector<bool> directive;  // named by any directive
  bool outputs = false;         // something is written out
};

Use FindUse(const ExpandedProgram& program, const Schema& schema,
            const std::vector<Clause>& clauses) {
  const std::vector<bool> none(schema.predicates.size());
  Use use{none, none, none, none};
  auto read = [&](const AtomSyntax& atom, AtomPlace) {
    use.read[Index(*schema.Find(atom.name))] = true;
  };
  for (const Clause& clause : clauses) {
    use.derived[Index(*schema.Find(clause.head.name))] = true;
    ForEachAtom(clause.body, AtomPlace{}, read);
    for (const TermSyntax& argument : clause.head.arguments) {
      ForEachAtom(argument, AtomPlace{}, read);
    }
  }
  for (size_t id = 0; id < schema.predicates.size(); ++id) {
    use.filled[id] = schema.predicates[id].base;
  }
  for (const DirectiveSyntax& directive : program.directives) {
    for (const std::string& relation : directive.relations) {
      const uint32_t id = Index(*schema.Find(relation));
      use.directive[id] = true;
      if (directive.kind == DirectiveSyntax::Kind::kInput) use.filled[id] = true;
    }
    use.outputs = use.outputs || directive.kind == DirectiveSyntax::Kind::kOutput ||
                  directive.kind == DirectiveSyntax::Kind::kPrintSize;
  }
  return use;
}

// W006.
void ReportUnused(const ExpandedProgram& program, const Schema& schema, const Use& use,
                  DiagnosticList* diagnostics) {
  for (size_t i = program.base_relations; i < program.relations.size(); ++i) {
    const RelationSyntax& relation = program.relations[i];
    const uint32_t id = Index(*schema.Find(relation.name));
    if (use.read[id] || use.directive[id] || !relation.annotations.empty()) continue;
    if (!use.derived[id]) {
      diagnostics->Add(Code::kUnusedRelation, relation.name_span,
                       absl::StrCat("the relation '", relation.name, "' is used nowhere"));
    } else if (use.outputs) {
      diagnostics->Add(
          Code::kUnusedRelation, relation.name_span,
          absl::StrCat("the relation '", relation.name, "' is derived, and nothing reads it"),
          absl::StrCat("write .output ", relation.name, ", or drop it"));
    }
  }
}

// Names in groups that only ever grow together.
class Groups {
 public:
  size_t Of(const std::string& name) {
    auto [at, added] = index_.emplace(name, parents_.size());
    if (added) parents_.push_back(parents_.size());
    return Root(at->second);
  }

  void Join(const std::vector<std::string>& names) {
    for (const std::string& name : names) parents_[Of(name)] = Of(names[0]);
  }

 private:
  size_t Root(size_t at) {
    while (parents_[at] != at) at = parents_[at] = parents_[parents_[at]];
    return at;
  }

  std::map<std::string, size_t> index_;
  std::vector<size_t> parents_;
};

template <typename Tree>
void AddVariables(const Tree& tree, std::vector<std::string>* names) {
  ForEachTerm(tree, [&](const TermSyntax& term) {
    if (term.kind == TermSyntax::Kind::kVariable) names->push_back(term.text);
  });
}

std::vector<std::string> VariablesOf(const BodySyntax& literal) {
  std::vector<std::string> names;
  if (const AtomSyntax* atom = AtomOf(literal)) AddVariables(*atom, &names);
  for (const TermSyntax& side : literal.constraint.sides) AddVariables(side, &names);
  return names;
}

// W007: reports the first atom that nothing joins with those before it.
void ReportCrossProduct(const Clause& clause, DiagnosticList* diagnostics) {
  Groups groups;
  for (const BodySyntax& literal : clause.body) {
    const std::vector<std::string> names = VariablesOf(literal);
    if (!names.empty()) groups.Join(names);
  }
  const AtomSyntax* first = nullptr;
  std::string joined;  // a variable of `first`
  for (const BodySyntax& literal : clause.body) {
    const std::vector<std::string> names = VariablesOf(literal);
    const bool matters = !names.empty() && names[0][0] != '_';
    if (literal.kind != BodySyntax::Kind::kAtom || !matters) continue;
    if (first == nullptr) {
      first = &literal.atom;
      joined = names[0];
    }
    if (groups.Of(names[0]) == groups.Of(joined)) continue;
    diagnostics->Add(Code::kCrossProduct, literal.span,
                     absl::StrCat("nothing joins '", literal.atom.name, "' with '", first->name,
                                  "': each fact of one meets each of the other"));
    return;
  }
}

// Whether `left` comparison `right` holds when their order is `order` (-1, 0, 1).
bool Holds(ComparisonSyntax comparison, int order) {
  switch (comparison) {
    case ComparisonSyntax::kEqual:
      return order == 0;
    case ComparisonSyntax::kNotEqual:
      return order != 0;
    case ComparisonSyntax::kLess:
      return order < 0;
    case ComparisonSyntax::kLessEqual:
      return order <= 0;
    case ComparisonSyntax::kGreater:
      return order > 0;
    case ComparisonSyntax::kGreaterEqual:
      return order >= 0;
    default:
      return true;
  }
}

template <typename T>
int OrderOf(const T& left, const T& right) {
  return left < right ? -1 : left == right ? 0 : 1;
}

bool IsNumber(const TermSyntax& term) {
  return term.kind == TermSyntax::Kind::kNumber || term.kind == TermSyntax::Kind::kUnsigned;
}

// The order of two sides that are the same whatever the rule binds; nothing when it depends.
std::optional<int> FixedOrder(const TermSyntax& left, const TermSyntax& right,
                              const Clause& clause) {
  using Kind = TermSyntax::Kind;
  const ValueKind kind = clause.kinds[left.number];
  if (left.kind == Kind::kVariable && right.kind == Kind::kVariable && left.text == right.text) {
    return kind == ValueKind::kFloat ? std::nullopt : std::make_optional(0);  // NaN != NaN
  }
  if (left.kind == Kind::kString && right.kind == Kind::kString) {
    return OrderOf(left.text, right.text);
  }
  if (!IsNumber(left) || !IsNumber(right) || kind == ValueKind::kFloat) return std::nullopt;
  const std::optional<Value> a = ParseNumber(left.text, kind);
  const std::optional<Value> b = ParseNumber(right.text, kind);
  if (!a || !b) return std::nullopt;
  return kind == ValueKind::kNumber ? OrderOf(a->number(), b->number())
                                    : OrderOf(a->unsigned_number(), b->unsigned_number());
}

bool NeverHolds(const ConstraintSyntax& constraint, const Clause& clause) {
  if (constraint.comparison == ComparisonSyntax::kFalse) return true;
  if (constraint.sides.empty()) return false;
  const std::optional<int> order = FixedOrder(constraint.sides[0], constraint.sides[1], clause);
  return order && !Holds(constraint.comparison, *order);
}

// Which relations can have facts, as far as the text says: those filled from outside, and those
// with a rule all of whose positive atoms can.
class Fillable {
 public:
  Fillable(const Schema& schema, const std::vector<Clause>& clauses, const Use& use)
      : schema_(schema),
        clauses_(clauses),
        fillable_(use.filled),
        waiting_(clauses.size()),
        readers_(schema.predicates.size()) {
    for (size_t i = 0; i < clauses.size(); ++i) Watch(i);
    while (!open_.empty()) {
      const size_t clause = open_.back();
      open_.pop_back();
      Fill(Index(*schema_.Find(clauses_[clause].head.name)));
    }
  }

  bool Has(const AtomSyntax& atom) const { return fillable_[Index(*schema_.Find(atom.name))]; }

 private:
  void Watch(size_t clause) {
    for (const BodySyntax& literal : clauses_[clause].body) {
      if (literal.kind != BodySyntax::Kind::kAtom || Has(literal.atom)) continue;
      ++waiting_[clause];
      readers_[Index(*schema_.Find(literal.atom.name))].push_back(clause);
    }
    if (waiting_[clause] == 0 && !clauses_[clause].dominating) open_.push_back(clause);
  }

  void Fill(uint32_t id) {
    fillable_[id] = true;
    for (size_t reader : readers_[id]) {
      if (--waiting_[reader] == 0 && !clauses_[reader].dominating) open_.push_back(reader);
    }
    readers_[id].clear();
  }

  const Schema& schema_;
  const std::vector<Clause>& clauses_;
  std::vector<bool> fillable_;
  std::vector<size_t> waiting_;               // by clause: atoms that no fact is known for
  std::vector<std::vector<size_t>> readers_;  // by predicate: clauses that wait for it
  std::vector<size_t> open_;
};

// Whether the text says where facts come from at all; else they may be given in any relation.
bool NamesFacts(const std::vector<Clause>& clauses, const Use& use) {
  bool named = std::find(use.filled.begin(), use.filled.end(), true) != use.filled.end();
  for (const Clause& clause : clauses) named = named || clause.fact;
  return named;
}

// W008: reports the first literal of `clause` that never holds.
void ReportNeverFires(const Clause& clause, const Fillable* fillable, DiagnosticList* diagnostics) {
  for (const BodySyntax& literal : clause.body) {
    if (literal.kind == BodySyntax::Kind::kConstraint && NeverHolds(literal.constraint, clause)) {
      diagnostics->Add(Code::kNeverFires, literal.span, "this never holds");
      return;
    }
    if (literal.kind != BodySyntax::Kind::kAtom || fillable == nullptr) continue;
    if (fillable->Has(literal.atom)) continue;
    diagnostics->Add(
        Code::kNeverFires, literal.span,
        absl::StrCat("'", literal.atom.name, "' can have no facts, so this never holds"),
        "no rule can begin it, and neither .input nor the text gives it facts");
    return;
  }
}

// @[product] before a rule says that a cross product is meant.
bool IsMeantAsProduct(const RuleSyntax& rule) {
  return std::any_of(
      rule.annotations.begin(), rule.annotations.end(),
      [](const AnnotationSyntax& annotation) { return annotation.name == "product"; });
}

}  // namespace

void CheckUse(const ExpandedProgram& program, const Schema& schema,
              const std::vector<Clause>& clauses, DiagnosticList* diagnostics) {
  const Use use = FindUse(program, schema, clauses);
  ReportUnused(program, schema, use, diagnostics);
  std::optional<Fillable> fillable;
  if (NamesFacts(clauses, use)) fillable.emplace(schema, clauses, use);
  for (const Clause& clause : clauses) {
    if (!clause.dominating && !IsMeantAsProduct(program.rules[clause.rule])) {
      ReportCrossProduct(clause, diagnostics);
    }
    ReportNeverFires(clause, fillable ? &*fillable : nullptr, diagnostics);
  }
}

}  // namespace cartograph::rules
