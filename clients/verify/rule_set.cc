#include "clients/verify/rule_set.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/verify/components.h"
#include "clients/verify/inline_relations.h"
#include "clients/verify/kinds.h"
#include "clients/verify/rule_parser.h"
#include "clients/verify/scopes.h"
#include "clients/verify/term_walk.h"

namespace cartograph::verify {
namespace {

absl::Status WrongAt(const Place& place, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(place.ToString(), ": ", what));
}

class Builder {
 public:
  explicit Builder(Values* values) : values_(*values) {
    for (const Kind kind : {Kind::kSymbol, Kind::kNumber, Kind::kUnsigned, Kind::kFloat}) {
      AddType({std::string(NameOf(kind)), kind});
    }
  }

  absl::StatusOr<RuleSet> Build(ParsedRules parsed) {
    RETURN_IF_ERROR(AddTypes(parsed.types));
    for (const RelationSyntax& relation : parsed.relations) {
      RETURN_IF_ERROR(AddRelation(relation));
    }
    ASSIGN_OR_RETURN(std::vector<Clause> clauses, Prepared(std::move(parsed.clauses)));
    for (Clause& clause : clauses) {
      RETURN_IF_ERROR(AddClause(std::move(clause)));
    }
    ASSIGN_OR_RETURN(std::vector<Clause> subsumptions, Prepared(std::move(parsed.subsumptions)));
    for (Clause& clause : subsumptions) {
      RETURN_IF_ERROR(Settle(&clause));
      rules_.subsumptions.push_back(std::move(clause));
    }
    RETURN_IF_ERROR(CheckStrata());
    return std::move(rules_);
  }

 private:
  void AddType(Type type) {
    const auto number = static_cast<uint32_t>(rules_.types.size());
    type.same_as = number;
    rules_.type_by_name.emplace(type.name, number);
    rules_.types.push_back(std::move(type));
  }

  absl::StatusOr<uint32_t> FindType(const std::string& name, const Place& place) const {
    const auto at = rules_.type_by_name.find(name);
    if (at == rules_.type_by_name.end()) {
      return WrongAt(place, absl::StrCat("there is no type ", name));
    }
    return at->second;
  }

  // Names first: types may stand before those that they are made of.
  absl::Status AddTypes(const std::vector<TypeSyntax>& types) {
    const size_t built_in = rules_.types.size();
    for (const TypeSyntax& type : types) {
      if (rules_.type_by_name.contains(type.name)) {
        return WrongAt(type.place, absl::StrCat("type ", type.name, " is declared twice"));
      }
      AddType({type.name, Kind::kRecord});
    }
    for (size_t i = 0; i < types.size(); ++i) {
      RETURN_IF_ERROR(AddBranches(types[i], static_cast<uint32_t>(built_in + i)));
    }
    return SettleTypes(types, built_in);
  }

  absl::Status SettleTypes(const std::vector<TypeSyntax>& types, size_t built_in) {
    std::vector<bool> known(rules_.types.size(), false);
    std::fill_n(known.begin(), built_in, true);
    // Each round settles one at least, or all that can be.
    for (size_t step = 0; step < types.size() * types.size(); ++step) {
      const size_t i = step % types.size();
      RETURN_IF_ERROR(SettleType(types[i], built_in + i, &known));
    }
    const auto unknown = std::find(known.begin(), known.end(), false);
    if (unknown == known.end()) {
      return absl::OkStatus();
    }
    return WrongAt(types[static_cast<size_t>(unknown - known.begin()) - built_in].place,
                   "a type is made of itself");
  }

  absl::Status AddBranches(const TypeSyntax& type, uint32_t number) {
    rules_.types[number].algebraic = type.algebraic;
    for (uint32_t i = 0; i < type.branches.size(); ++i) {
      Type::Branch branch{type.branches[i].name, {}};
      for (const std::string& field : type.branches[i].fields) {
        ASSIGN_OR_RETURN(const uint32_t field_type, FindType(field, type.place));
        branch.fields.push_back(field_type);
      }
      if (type.algebraic &&
          !rules_.branch_by_name.emplace(branch.name, std::pair(number, i)).second) {
        return WrongAt(type.place, absl::StrCat("there are two branches ", branch.name));
      }
      rules_.types[number].branches.push_back(std::move(branch));
    }
    return absl::OkStatus();
  }

  // Gives the type `number` its kind once those that it is made of have theirs.
  absl::Status SettleType(const TypeSyntax& type, size_t number, std::vector<bool>* known) {
    for (const std::string& name : type.united) {
      ASSIGN_OR_RETURN(const uint32_t part, FindType(name, type.place));
      if (!(*known)[part]) {
        return absl::OkStatus();
      }
      Type& settled = rules_.types[number];
      const Type& of = rules_.types[part];
      settled.kind = of.kind;
      if (of.kind == Kind::kRecord) {
        settled.same_as = of.same_as;
        settled.branches = of.branches;
        settled.algebraic = of.algebraic;
      }
    }
    (*known)[number] = true;
    return absl::OkStatus();
  }

  // `clauses` with scopes resolved and inline relations written out.
  absl::StatusOr<std::vector<Clause>> Prepared(std::vector<Clause> clauses) {
    for (Clause& clause : clauses) {
      RETURN_IF_ERROR(ResolveScopes(&clause));
    }
    ASSIGN_OR_RETURN(clauses, inliner_.WriteOut(rules_, std::move(clauses)));
    for (Clause& clause : clauses) {
      NameComputed(&clause);
      NumberVariables(&clause);
    }
    return clauses;
  }

  absl::Status AddRelation(const RelationSyntax& syntax) {
    Relation relation{syntax.name, {}, syntax.base, syntax.equivalence, syntax.inlined};
    for (const auto& [name, type_name] : syntax.columns) {
      ASSIGN_OR_RETURN(const uint32_t type, FindType(type_name, syntax.place));
      relation.columns.push_back({name, type});
    }
    const bool added =
        rules_.relation_by_name.emplace(syntax.name, static_cast<uint32_t>(rules_.relations.size()))
            .second;
    if (!added) {
      return WrongAt(syntax.place, absl::StrCat("relation ", syntax.name, " is declared twice"));
    }
    rules_.relations.push_back(std::move(relation));
    return absl::OkStatus();
  }

  absl::Status AddClause(Clause clause) {
    RETURN_IF_ERROR(Settle(&clause));
    if (rules_.relations[clause.head.relation].base) {
      return WrongAt(clause.head.place,
                     absl::StrCat("a rule gives facts of the base relation ", clause.head.name));
    }
    rules_.clauses_at[clause.place.ToString()].push_back(
        static_cast<uint32_t>(rules_.clauses.size()));
    rules_.clauses.push_back(std::move(clause));
    return absl::OkStatus();
  }

  absl::Status Settle(Clause* clause) {
    RETURN_IF_ERROR(ResolveAtom(&clause->head));
    RETURN_IF_ERROR(ResolveAtoms(&clause->body));
    RETURN_IF_ERROR(ResolveAggregatesOf(&clause->head.arguments));
    return ResolveKinds(rules_, clause, &values_);
  }

  absl::Status ResolveAtom(Atom* atom) {
    const auto at = rules_.relation_by_name.find(atom->name);
    if (at == rules_.relation_by_name.end()) {
      return WrongAt(atom->place, absl::StrCat("there is no relation ", atom->name));
    }
    atom->relation = at->second;
    const size_t columns = rules_.relations[at->second].columns.size();
    if (columns == atom->arguments.size()) {
      return absl::OkStatus();
    }
    return WrongAt(atom->place, absl::StrCat(atom->name, " has ", columns, " columns, not ",
                                             atom->arguments.size()));
  }

  absl::Status ResolveAtoms(std::vector<Literal>* body) {
    for (Literal& literal : *body) {
      RETURN_IF_ERROR(ResolveLiteral(&literal));
    }
    return absl::OkStatus();
  }

  absl::Status ResolveLiteral(Literal* literal) {
    if (literal->form != Literal::Form::kComparison) {
      RETURN_IF_ERROR(ResolveAtom(&literal->atom));
    }
    RETURN_IF_ERROR(ResolveAggregatesOf(&literal->atom.arguments));
    return ResolveAggregatesOf(&literal->sides);
  }

  absl::Status ResolveAggregatesOf(std::vector<Term>* terms) {
    for (Term& term : *terms) {
      RETURN_IF_ERROR(ResolveAggregate(&term));
      RETURN_IF_ERROR(ResolveAggregatesOf(&term.arguments));
    }
    return absl::OkStatus();
  }

  absl::Status ResolveAggregate(Term* term) {
    if (term->aggregate == nullptr) {
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(ResolveAtoms(&term->aggregate->body));
    return ResolveAggregatesOf(&term->aggregate->target);
  }

  // Level by level: a head is not below what it uses, and above what it negates or aggregates. If
  // levels rise for ever, there is a cycle. What a subsumption uses, its relation uses.
  absl::Status CheckStrata() const {
    std::vector<size_t> levels(rules_.relations.size(), 0);
    for (bool changed = true; changed;) {
      changed = false;
      for (const std::vector<Clause>* clauses : {&rules_.clauses, &rules_.subsumptions}) {
        ASSIGN_OR_RETURN(const bool raised, RaiseAll(*clauses, &levels));
        changed = changed || raised;
      }
    }
    return absl::OkStatus();
  }

  static absl::StatusOr<bool> RaiseAll(const std::vector<Clause>& clauses,
                                       std::vector<size_t>* levels) {
    bool any = false;
    for (const Clause& clause : clauses) {
      ASSIGN_OR_RETURN(const bool raised, Raise(clause, levels));
      any = any || raised;
    }
    return any;
  }

  // Whether the head of `clause` had to be raised.
  static absl::StatusOr<bool> Raise(const Clause& clause, std::vector<size_t>* levels) {
    size_t& level = (*levels)[clause.head.relation];
    const size_t needed = LevelOf(clause, *levels);
    if (needed <= level) {
      return false;
    }
    level = needed;
    if (level <= levels->size()) {
      return true;
    }
    return WrongAt(clause.place,
                   absl::StrCat(clause.head.name,
                                " rests on its own absence, or on an aggregate over itself"));
  }

  static size_t LevelOf(const Clause& clause, const std::vector<size_t>& levels) {
    size_t level = 0;
    for (const Term& argument : clause.head.arguments) {
      ForEachTerm(argument, [&](const Term& term) { RaiseOver(term, levels, &level); });
    }
    for (const Literal& literal : clause.body) {
      ForEachTermOf(literal, [&](const Term& term) { RaiseOver(term, levels, &level); });
      if (literal.form == Literal::Form::kComparison) {
        continue;
      }
      const size_t above = literal.form == Literal::Form::kNegation ? 1 : 0;
      level = std::max(level, levels[literal.atom.relation] + above);
    }
    return level;
  }

  // Raises `level` over all that `term` aggregates.
  static void RaiseOver(const Term& term, const std::vector<size_t>& levels, size_t* level) {
    if (term.aggregate == nullptr) {
      return;
    }
    for (const Literal& literal : term.aggregate->body) {
      ForEachTermOf(literal, [&](const Term& inner) { RaiseOver(inner, levels, level); });
      if (literal.form != Literal::Form::kComparison) {
        *level = std::max(*level, levels[literal.atom.relation] + 1);
      }
    }
  }

  Values& values_;
  RuleSet rules_;
  Inliner inliner_;
};

}  // namespace

absl::StatusOr<RuleSet> BuildRuleSet(const std::vector<RuleText>& texts, Values* values) {
  ParsedRules parsed;
  for (const RuleText& text : texts) {
    RETURN_IF_ERROR(ParseRuleText(text, &parsed));
  }
  ASSIGN_OR_RETURN(parsed, ExpandComponents(parsed));
  return Builder(values).Build(std::move(parsed));
}

}  // namespace cartograph::verify
