#include "clients/verify/inline_relations.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/verify/body_parser.h"
#include "clients/verify/term_walk.h"

namespace cartograph::verify {
namespace {

constexpr size_t kWaysMax = 1000;
// Of one program; an inline relation that stands for itself would go on for ever.
constexpr size_t kReplacementsMax = 100'000;

const Relation* InlinedRelation(const RuleSet& rules, const std::string& name) {
  const auto at = rules.relation_by_name.find(name);
  const bool inlined = at != rules.relation_by_name.end() && rules.relations[at->second].inlined;
  return inlined ? &rules.relations[at->second] : nullptr;
}

Literal Equality(const Term& left, const Term& right, const Atom& atom) {
  Literal literal;
  literal.form = Literal::Form::kComparison;
  literal.comparison = "=";
  literal.sides = {left, right};
  literal.text = absl::StrCat("what ", atom.name, " stands for");
  return literal;
}

// Says of constants and records which type the column has: their new place might not.
Term Anchored(Term term, const Column& column, const RuleSet& rules) {
  const Type& type = rules.type_of(column);
  const bool integer =
      term.form == Term::Form::kConstant && term.constant == Term::Constant::kInteger;
  if (integer && type.kind == Kind::kUnsigned) {
    term.constant = Term::Constant::kUnsigned;
  }
  if (integer && type.kind == Kind::kFloat) {
    term.constant = Term::Constant::kFloat;
  }
  const bool nil = term.form == Term::Form::kConstant && term.constant == Term::Constant::kNil;
  if (term.form != Term::Form::kRecord && !nil) {
    return term;
  }
  Term cast;
  cast.form = Term::Form::kCall;
  cast.name = "as";
  cast.cast_to = type.name;
  cast.arguments = {std::move(term)};
  return cast;
}

absl::Status CheckColumns(const Atom& atom, const Relation& relation) {
  if (atom.arguments.size() == relation.columns.size()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(atom.place.ToString(), ": ", atom.name, " has ",
                                                 relation.columns.size(), " columns, not ",
                                                 atom.arguments.size()));
}

// What replaces variables of a definition.
using Terms = std::map<std::string, Term>;

void Replace(const Terms& values, Term* term);
void Replace(const Terms& values, Literal* literal) {
  for (Term& argument : literal->atom.arguments) {
    Replace(values, &argument);
  }
  for (Term& side : literal->sides) {
    Replace(values, &side);
  }
}
void Replace(const Terms& values, Term* term) {
  const auto at = values.find(term->name);
  if (term->form == Term::Form::kVariable && at != values.end()) {
    *term = at->second;
    return;
  }
  for (Term& argument : term->arguments) {
    Replace(values, &argument);
  }
  if (term->aggregate == nullptr) {
    return;
  }
  term->aggregate = std::make_shared<Aggregate>(*term->aggregate);
  for (Term& target : term->aggregate->target) {
    Replace(values, &target);
  }
  for (Literal& literal : term->aggregate->body) {
    Replace(values, &literal);
  }
}

// The body of `definition` for the arguments of `atom`: they stand for the variables of its head
// where they are variables or constants, or `all` of them. Otherwise they equal what the head has.
std::vector<Literal> Unified(const Clause& definition, const Atom& atom, const Relation& relation,
                             const RuleSet& rules, bool all) {
  Terms values;
  std::vector<Literal> body;
  for (size_t i = 0; i < atom.arguments.size(); ++i) {
    const Term& parameter = definition.head.arguments[i];
    const Term& argument = atom.arguments[i];
    const bool replaceable =
        all || argument.form == Term::Form::kVariable || argument.form == Term::Form::kConstant;
    const bool replaced = parameter.form == Term::Form::kVariable && replaceable &&
                          values.emplace(parameter.name, argument).second;
    if (!replaced) {
      body.push_back(Equality(Anchored(parameter, relation.columns[i], rules), argument, atom));
    }
  }
  body.insert(body.end(), definition.body.begin(), definition.body.end());
  for (Literal& literal : body) {
    Replace(values, &literal);
  }
  return body;
}

}  // namespace

absl::StatusOr<std::vector<Clause>> Inliner::WriteOut(const RuleSet& rules,
                                                      std::vector<Clause> clauses) {
  std::vector<Clause> open;
  for (Clause& clause : clauses) {
    const Relation* defined = InlinedRelation(rules, clause.head.name);
    if (defined == nullptr) {
      open.push_back(std::move(clause));
      continue;
    }
    RETURN_IF_ERROR(CheckColumns(clause.head, *defined));
    definitions_[clause.head.name].push_back(std::move(clause));
  }
  std::vector<Clause> done;
  for (Clause& clause : open) {
    RETURN_IF_ERROR(WriteOut(rules, std::move(clause), &done));
  }
  return done;
}

absl::Status Inliner::WriteOut(const RuleSet& rules, Clause clause, std::vector<Clause>* done) {
  std::vector<Clause> open = {std::move(clause)};
  while (!open.empty()) {
    Clause next = std::move(open.back());
    open.pop_back();
    const auto at = std::find_if(next.body.begin(), next.body.end(), [&](const Literal& literal) {
      return literal.form != Literal::Form::kComparison &&
             InlinedRelation(rules, literal.atom.name) != nullptr;
    });
    if (at == next.body.end()) {
      done->push_back(std::move(next));
      continue;
    }
    RETURN_IF_ERROR(CheckColumns(at->atom, *InlinedRelation(rules, at->atom.name)));
    std::vector<Clause> ways = Replace(rules, next, static_cast<size_t>(at - next.body.begin()));
    std::move(ways.begin(), ways.end(), std::back_inserter(open));
    if (open.size() > kWaysMax || ++replacements_ > kReplacementsMax) {
      return absl::InvalidArgumentError(
          absl::StrCat(next.place.ToString(), ": too many ways to write out the inline relations"));
    }
  }
  return absl::OkStatus();
}

std::vector<Clause> Inliner::Replace(const RuleSet& rules, const Clause& clause, size_t index) {
  const Literal& literal = clause.body[index];
  const Relation& relation = *InlinedRelation(rules, literal.atom.name);
  Atom atom = literal.atom;
  const Body named = NameArguments(&atom);
  for (size_t i = 0; i < atom.arguments.size(); ++i) {
    atom.arguments[i] = Anchored(atom.arguments[i], relation.columns[i], rules);
  }
  const bool negated = literal.form == Literal::Form::kNegation;
  std::vector<Clause> versions;
  for (const Body& replacement :
       negated ? NegatedBodies(relation, rules, atom) : Bodies(relation, rules, atom)) {
    Clause version = clause;
    const auto at = version.body.erase(version.body.begin() + static_cast<std::ptrdiff_t>(index));
    const auto behind = version.body.insert(at, replacement.begin(), replacement.end());
    version.body.insert(behind, named.begin(), named.end());
    versions.push_back(std::move(version));
  }
  return versions;
}

Inliner::Body Inliner::NameArguments(Atom* atom) {
  Body definitions;
  for (Term& argument : atom->arguments) {
    const bool range = argument.form == Term::Form::kCall && argument.name == "range";
    const bool once = range || argument.form == Term::Form::kAggregate;
    if (argument.form != Term::Form::kAny && !once) {
      continue;
    }
    Term name;
    name.form = Term::Form::kVariable;
    name.name = absl::StrCat("_'i", ++names_);
    if (once) {
      definitions.push_back(Equality(name, argument, *atom));
    }
    argument = std::move(name);
  }
  return definitions;
}

std::vector<Inliner::Body> Inliner::Bodies(const Relation& relation, const RuleSet& rules,
                                           const Atom& atom) {
  std::vector<Body> bodies;
  for (const Clause& definition : definitions_[atom.name]) {
    bodies.push_back(Unified(Renamed(definition), atom, relation, rules, /*all=*/false));
  }
  return bodies;
}

// `definition` with variables that no other rule has.
Clause Inliner::Renamed(Clause definition) {
  OwnAggregates(definition);
  const std::string suffix = absl::StrCat("'i", ++names_);
  ForEachTermWithin(definition, [&](Term& term) {
    if (term.form == Term::Form::kVariable) {
      term.name += suffix;
    }
  });
  return definition;
}

// One literal of the body of each definition fails. All its variables are those of its head.
std::vector<Inliner::Body> Inliner::NegatedBodies(const Relation& relation, const RuleSet& rules,
                                                  const Atom& atom) {
  std::vector<Body> bodies(1);
  for (const Clause& definition : definitions_[atom.name]) {
    const Body body = Unified(Renamed(definition), atom, relation, rules, /*all=*/true);
    std::vector<Body> next;
    for (const Body& before : bodies) {
      for (const Literal& literal : body) {
        next.push_back(before);
        next.back().push_back(Opposite(literal));
      }
    }
    bodies = std::move(next);
    if (bodies.size() > kWaysMax) {
      break;
    }
  }
  return bodies;
}

}  // namespace cartograph::verify
