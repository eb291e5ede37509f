#include "rules/analysis/inline_relations.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/analysis/check_safety.h"
#include "rules/analysis/check_types.h"
#include "rules/analysis/inline_checks.h"
#include "rules/analysis/split.h"
#include "rules/analysis/term_rewriting.h"

namespace cartograph::rules {
namespace {

// Limits of what one clause comes to.
constexpr size_t kClausesMax = 1000;
constexpr size_t kLiteralsMax = 20'000;
constexpr size_t kDiagnosticsMax = 100;

using Literals = std::vector<BodySyntax>;

class Inliner {
 public:
  Inliner(const Schema& schema, const std::vector<Clause>& clauses) : schema_(schema) {
    for (const Clause& clause : clauses) {
      if (IsInline(clause.head)) definitions_[clause.head.name].push_back(&clause);
    }
  }

  bool IsInline(const AtomSyntax& atom) const {
    return schema_.is_inline[Index(*schema_.Find(atom.name))];
  }

  // `clause` without inline atoms: one clause for each way to replace them; nothing when there are
  // too many.
  std::optional<std::vector<Clause>> Expand(const Clause& clause) {
    std::vector<Clause> done;
    std::vector<Clause> open = {clause};
    size_t literals = 0;
    while (!open.empty()) {
      Clause next = std::move(open.back());
      open.pop_back();
      auto at = std::find_if(next.body.begin(), next.body.end(), [&](const BodySyntax& literal) {
        const AtomSyntax* atom = AtomOf(literal);
        return atom != nullptr && IsInline(*atom);
      });
      if (at == next.body.end()) {
        literals += next.body.size();
        done.push_back(std::move(next));
      } else {
        for (Clause& version : Replace(next, static_cast<size_t>(at - next.body.begin()))) {
          open.push_back(std::move(version));
        }
      }
      if (done.size() + open.size() > kClausesMax || literals > kLiteralsMax) return std::nullopt;
    }
    std::reverse(done.begin(), done.end());
    return done;
  }

 private:
  // The versions of `clause` with literal `index` replaced.
  std::vector<Clause> Replace(const Clause& clause, size_t index) {
    Literals before(clause.body.begin(), clause.body.begin() + static_cast<ptrdiff_t>(index));
    Literals after(clause.body.begin() + static_cast<ptrdiff_t>(index) + 1, clause.body.end());
    AtomSyntax atom = *AtomOf(clause.body[index]);
    Literals named = NameArguments(&atom);
    Anchor(&atom);
    bool negated = clause.body[index].kind == BodySyntax::Kind::kNegation;
    std::vector<Clause> versions;
    for (Literals& replacement : negated ? NegatedBodies(atom) : Bodies(atom)) {
      Clause version = clause;
      version.body = before;
      for (Literals* part : {&named, &replacement, &after}) {
        version.body.insert(version.body.end(), part->begin(), part->end());
      }
      versions.push_back(std::move(version));
    }
    return versions;
  }

  // Gives names to `_`, and to aggregates and ranges, which must be taken once: each name with its
  // definition.
  Literals NameArguments(AtomSyntax* atom) {
    Literals definitions;
    for (TermSyntax& argument : atom->arguments) {
      RewriteTerm(&argument, [&](TermSyntax* term) {
        bool unnamed = term->kind == TermSyntax::Kind::kUnnamed;
        bool generator = term->aggregate != nullptr || IsRange(*term);
        if (!unnamed && !generator) return true;
        TermSyntax name{
            .kind = TermSyntax::Kind::kVariable, .text = NextName("_"), .span = term->span};
        if (generator) definitions.push_back(Equality(name, *term));
        *term = std::move(name);
        return false;
      });
    }
    return definitions;
  }

  // Says of every record and nil which type it has: its new place might not.
  void Anchor(AtomSyntax* atom) const {
    const Predicate& predicate = schema_.predicate(*schema_.Find(atom->name));
    for (size_t i = 0; i < atom->arguments.size(); ++i) {
      TermSyntax& argument = atom->arguments[i];
      bool record =
          argument.kind == TermSyntax::Kind::kRecord || argument.kind == TermSyntax::Kind::kNil;
      if (!record) continue;
      TermSyntax cast{.kind = TermSyntax::Kind::kCast,
                      .text = schema_.types.type(predicate.columns[i].type).name,
                      .arguments = {argument},
                      .span = argument.span};
      argument = std::move(cast);
    }
  }

  static bool IsRange(const TermSyntax& term) {
    return term.kind == TermSyntax::Kind::kFunctor && term.text == "range";
  }

  std::string NextName(absl::string_view written) { return absl::StrCat(written, "'i", ++names_); }

  static BodySyntax Equality(const TermSyntax& left, const TermSyntax& right) {
    BodySyntax literal{.kind = BodySyntax::Kind::kConstraint, .span = right.span};
    literal.constraint = {
        .comparison = ComparisonSyntax::kEqual, .sides = {left, right}, .span = right.span};
    return literal;
  }

  // The bodies that make `atom` true: each clause's own, with the atom's arguments for the
  // variables of its head.
  std::vector<Literals> Bodies(const AtomSyntax& atom) {
    std::vector<Literals> bodies;
    for (const Clause* definition : definitions_[atom.name]) {
      std::string suffix = NextName("");
      auto rename = [&](TermSyntax* term) {
        if (term->kind == TermSyntax::Kind::kVariable) term->text += suffix;
        return true;
      };
      AtomSyntax head = definition->head;
      Literals body = definition->body;
      RewriteTerms(&head, rename);
      RewriteTerms(&body, rename);
      bodies.push_back(Unify(std::move(head), std::move(body), atom, false));
    }
    return bodies;
  }

  // The bodies that make `atom` false: one literal of each clause's body fails. All variables of a
  // clause are its head's.
  std::vector<Literals> NegatedBodies(const AtomSyntax& atom) {
    std::vector<Literals> bodies = {{}};
    for (const Clause* definition : definitions_[atom.name]) {
      Literals conjunction = Unify(definition->head, definition->body, atom, true);
      std::vector<Literals> next;
      for (const Literals& body : bodies) {
        for (const BodySyntax& literal : conjunction) {
          next.push_back(body);
          next.back().push_back(Negated(literal));
        }
      }
      bodies = std::move(next);
      if (bodies.size() > kClausesMax) break;
    }
    return bodies;
  }

  // `body` with the arguments of `atom` in place of the variables that `head` has there: those that
  // are variables or constants, or `all`. An argument of the head that is no variable, or stands
  // twice, is an equality.
  Literals Unify(AtomSyntax head, Literals body, const AtomSyntax& atom, bool all) const {
    Anchor(&head);
    std::map<std::string, TermSyntax> values;
    Literals literals;
    for (size_t i = 0; i < atom.arguments.size(); ++i) {
      const TermSyntax& argument = head.arguments[i];
      bool replaceable = all || atom.arguments[i].kind <= TermSyntax::Kind::kFloat;
      bool variable = argument.kind == TermSyntax::Kind::kVariable;
      if (variable && replaceable && values.emplace(argument.text, atom.arguments[i]).second)
        continue;
      literals.push_back(Equality(argument, atom.arguments[i]));
    }
    literals.insert(literals.end(), body.begin(), body.end());
    RewriteTerms(&literals, [&](TermSyntax* term) {
      auto value = values.find(term->text);
      if (term->kind != TermSyntax::Kind::kVariable || value == values.end()) return true;
      *term = value->second;
      return false;
    });
    return literals;
  }

  static BodySyntax Negated(const BodySyntax& literal) {
    if (literal.kind == BodySyntax::Kind::kNegation) return literal.parts[0];
    if (literal.kind == BodySyntax::Kind::kAtom) {
      BodySyntax negation{.kind = BodySyntax::Kind::kNegation, .span = literal.span};
      negation.parts.push_back(literal);
      return negation;
    }
    BodySyntax opposite = literal;
    opposite.constraint.comparison = rules::Negated(literal.constraint.comparison);
    return opposite;
  }

  const Schema& schema_;
  std::map<std::string, std::vector<const Clause*>> definitions_;
  uint32_t names_ = 0;
};

void ReportTooLarge(const Clause& clause, DiagnosticList* diagnostics) {
  diagnostics->Add(
      Code::kTooLarge, clause.head.span,
      absl::StrCat("with its inline relations written out, this rule comes to more than ",
                   kClausesMax, " cases"));
}

// Infers the types of `clause`, whose inline relations are written out. What is wrong with it now
// is reported where the rule itself shows it, not in the definitions of the inline relations.
void CheckExpanded(const RuleSyntax& rule, const Schema& schema, Clause* clause,
                   DiagnosticList* diagnostics) {
  NumberTerms(clause);
  DiagnosticList found(kDiagnosticsMax);
  CheckSafety(*clause, false, &found);
  if (!found.has_errors()) CheckTypes(schema, clause, &found);
  if (!found.has_errors()) return;
  Diagnostic first = found.Take()[0];
  bool inside = first.span.file == rule.span.file && rule.span.begin <= first.span.begin &&
                first.span.end <= rule.span.end;
  if (!inside) first.span = clause->head.span;
  first.message += ", with the inline relations written out";
  diagnostics->Add(std::move(first));
}

}  // namespace

void InlineRelations(const ExpandedProgram& program, Schema* schema, std::vector<Clause>* clauses,
                     DiagnosticList* diagnostics) {
  bool any = std::find(schema->is_inline.begin(), schema->is_inline.end(), true) !=
             schema->is_inline.end();
  if (!any || !CheckInline(program, *schema, *clauses, diagnostics)) return;
  for (Clause& clause : *clauses) FixNumbers(&clause);
  Inliner inliner(*schema, *clauses);
  std::vector<Clause> expanded;
  for (const Clause& clause : *clauses) {
    if (inliner.IsInline(clause.head)) continue;
    std::optional<std::vector<Clause>> versions = inliner.Expand(clause);
    if (!versions) {
      ReportTooLarge(clause, diagnostics);
      continue;
    }
    for (Clause& version : *versions) {
      CheckExpanded(program.rules[clause.rule], *schema, &version, diagnostics);
      expanded.push_back(std::move(version));
    }
  }
  *clauses = std::move(expanded);
  for (size_t i = 0; i < schema->predicates.size(); ++i) {
    if (!schema->is_inline[i]) continue;
    schema->predicates[i].generated = true;
    schema->by_name.erase(schema->predicates[i].name);
  }
}

}  // namespace cartograph::rules
