#include "clients/verify/rule_set.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/verify/kinds.h"
#include "clients/verify/rule_parser.h"
#include "clients/verify/scopes.h"

namespace cartograph::verify {
namespace {

absl::Status WrongAt(const Place& place, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(place.ToString(), ": ", what));
}

class Builder {
 public:
  explicit Builder(Values* values) : values_(*values) {
    for (const Kind kind : {Kind::kSymbol, Kind::kNumber, Kind::kUnsigned, Kind::kFloat}) {
      AddType({std::string(NameOf(kind)), kind, {}});
    }
  }

  absl::StatusOr<RuleSet> Build(ParsedRules parsed) {
    RETURN_IF_ERROR(AddTypes(parsed.types));
    for (const RelationSyntax& relation : parsed.relations) {
      RETURN_IF_ERROR(AddRelation(relation));
    }
    for (Clause& clause : parsed.clauses) {
      RETURN_IF_ERROR(AddClause(std::move(clause)));
    }
    RETURN_IF_ERROR(CheckStrata());
    return std::move(rules_);
  }

 private:
  void AddType(Type type) {
    rules_.type_by_name.emplace(type.name, static_cast<uint32_t>(rules_.types.size()));
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
    for (const TypeSyntax& type : types) {
      if (rules_.type_by_name.contains(type.name)) {
        return WrongAt(type.place, absl::StrCat("type ", type.name, " is declared twice"));
      }
      AddType({type.name, Kind::kRecord, {}});
    }
    constexpr size_t kBuiltIn = 4;
    std::vector<bool> known(rules_.types.size(), false);
    std::fill_n(known.begin(), kBuiltIn, true);
    for (size_t round = 0; round < types.size(); ++round) {
      for (size_t i = 0; i < types.size(); ++i) {
        if (!known[kBuiltIn + i]) {
          RETURN_IF_ERROR(Settle(types[i], kBuiltIn + i, &known));
        }
      }
    }
    for (size_t i = 0; i < types.size(); ++i) {
      if (!known[kBuiltIn + i]) {
        return WrongAt(types[i].place, "a type is made of itself");
      }
    }
    return absl::OkStatus();
  }

  // Gives the type `number` its kind once those that it is made of have theirs.
  absl::Status Settle(const TypeSyntax& type, size_t number, std::vector<bool>* known) {
    if (type.record) {
      for (const std::string& field : type.fields) {
        ASSIGN_OR_RETURN(const uint32_t field_type, FindType(field, type.place));
        rules_.types[number].fields.push_back(field_type);
      }
      (*known)[number] = true;
      return absl::OkStatus();
    }
    for (const std::string& name : type.united) {
      ASSIGN_OR_RETURN(const uint32_t part, FindType(name, type.place));
      if (!(*known)[part]) {
        return absl::OkStatus();
      }
      const bool record = rules_.types[part].kind == Kind::kRecord;
      if (record) {
        return absl::UnimplementedError(
            absl::StrCat(type.place.ToString(), ": other names of record types are not checked"));
      }
      rules_.types[number].kind = rules_.types[part].kind;
    }
    (*known)[number] = true;
    return absl::OkStatus();
  }

  absl::Status AddRelation(const RelationSyntax& syntax) {
    Relation relation{syntax.name, {}, syntax.base};
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
    RETURN_IF_ERROR(ResolveScopes(&clause));
    RETURN_IF_ERROR(ResolveAtom(&clause.head));
    RETURN_IF_ERROR(ResolveAtoms(&clause.body));
    RETURN_IF_ERROR(ResolveAggregatesOf(&clause.head.arguments));
    if (rules_.relations[clause.head.relation].base) {
      return WrongAt(clause.head.place,
                     absl::StrCat("a rule gives facts of the base relation ", clause.head.name));
    }
    RETURN_IF_ERROR(ResolveKinds(rules_, &clause, &values_));
    rules_.clauses_at[clause.place.ToString()].push_back(
        static_cast<uint32_t>(rules_.clauses.size()));
    rules_.clauses.push_back(std::move(clause));
    return absl::OkStatus();
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
      if (literal.form != Literal::Form::kComparison) {
        RETURN_IF_ERROR(ResolveAtom(&literal.atom));
      }
      RETURN_IF_ERROR(ResolveAggregatesOf(&literal.atom.arguments));
      RETURN_IF_ERROR(ResolveAggregatesOf(&literal.sides));
    }
    return absl::OkStatus();
  }

  absl::Status ResolveAggregatesOf(std::vector<Term>* terms) {
    for (Term& term : *terms) {
      if (term.aggregate != nullptr) {
        RETURN_IF_ERROR(ResolveAtoms(&term.aggregate->body));
      }
      RETURN_IF_ERROR(ResolveAggregatesOf(&term.arguments));
    }
    return absl::OkStatus();
  }

  // Level by level: a head is not below what it uses, and above what it negates or aggregates. If
  // levels rise for ever, there is a cycle.
  absl::Status CheckStrata() const {
    std::vector<size_t> levels(rules_.relations.size(), 0);
    for (bool changed = true; changed;) {
      changed = false;
      for (const Clause& clause : rules_.clauses) {
        size_t& level = levels[clause.head.relation];
        const size_t needed = LevelOf(clause, levels);
        if (needed <= level) {
          continue;
        }
        level = needed;
        changed = true;
        if (level <= levels.size()) {
          continue;
        }
        return WrongAt(clause.place, absl::StrCat(clause.head.name,
                                                  " rests on its own absence, or on an aggregate "
                                                  "over itself"));
      }
    }
    return absl::OkStatus();
  }

  static size_t LevelOf(const Clause& clause, const std::vector<size_t>& levels) {
    size_t level = 0;
    const auto over = [&](const Term& term) {
      if (term.aggregate == nullptr) {
        return;
      }
      for (const Literal& literal : term.aggregate->body) {
        if (literal.form == Literal::Form::kComparison) {
          continue;
        }
        level = std::max(level, levels[literal.atom.relation] + 1);
      }
    };
    for (const Term& argument : clause.head.arguments) {
      ForEachTerm(argument, over);
    }
    for (const Literal& literal : clause.body) {
      ForEachTermOf(literal, over);
      if (literal.form == Literal::Form::kComparison) {
        continue;
      }
      const size_t above = literal.form == Literal::Form::kNegation ? 1 : 0;
      level = std::max(level, levels[literal.atom.relation] + above);
    }
    return level;
  }

  Values& values_;
  RuleSet rules_;
};

}  // namespace

absl::StatusOr<RuleSet> BuildRuleSet(const std::vector<RuleText>& texts, Values* values) {
  ParsedRules parsed;
  for (const RuleText& text : texts) {
    RETURN_IF_ERROR(ParseRuleText(text, &parsed));
  }
  return Builder(values).Build(std::move(parsed));
}

}  // namespace cartograph::verify
