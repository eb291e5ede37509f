#include "clients/verify/step_check.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/verify/scopes.h"
#include "clients/verify/term_walk.h"

namespace cartograph::verify {
namespace {

size_t AtomsOf(const Clause& clause) {
  return static_cast<size_t>(
      std::count_if(clause.body.begin(), clause.body.end(),
                    [](const Literal& literal) { return literal.form == Literal::Form::kAtom; }));
}

void AddVariables(const Term& term, std::set<uint32_t>* variables) {
  ForEachTerm(term, [&](const Term& part) {
    if (part.form == Term::Form::kVariable) variables->insert(part.variable);
    if (part.aggregate == nullptr) return;
    variables->insert(part.aggregate->shared.begin(), part.aggregate->shared.end());
  });
}

std::string Text(const absl::Status& status) { return std::string(status.message()); }

}  // namespace

std::string StepCheck::Check(const FactLine& line) {
  if (line.rule == kClosure) return CheckClosure(line);
  const Fact& fact = export_.facts->fact(*line.fact);
  std::string first;
  size_t ways = 0;
  for (const uint32_t number : export_.rules.clauses_at.at(line.rule)) {
    const Clause& clause = export_.rules.clauses[number];
    if (clause.head.relation != fact.relation) continue;
    std::string problem = CheckAs(clause, line);
    if (problem.empty()) return "";
    if (++ways == 1) first = std::move(problem);
  }
  if (ways == 0) {
    return absl::StrCat("the rule at ", line.rule, " gives no facts of ",
                        export_.rules.relations[fact.relation].name);
  }
  return ways == 1 ? first : absl::StrCat(first, " (nor does another of the rule's ways hold)");
}

std::string StepCheck::CheckClosure(const FactLine& line) {
  const Fact& fact = export_.facts->fact(*line.fact);
  if (!export_.rules.relations[fact.relation].equivalence) {
    return absl::StrCat(export_.rules.relations[fact.relation].name,
                        " is no equivalence relation: it is not closed");
  }
  std::vector<const Tuple*> pairs;
  for (const uint64_t number : line.from) {
    const std::optional<uint32_t> premise = export_.lines[number].fact;
    if (!premise.has_value()) return absl::StrCat("it rests on fact ", number, ", which is none");
    if (export_.facts->fact(*premise).relation != fact.relation) {
      return absl::StrCat("it rests on ", FactText(*premise), ", which is of another relation");
    }
    pairs.push_back(&export_.facts->fact(*premise).values);
  }
  const Value a = fact.values[0];
  const Value b = fact.values[1];
  const bool turned = pairs.size() == 1 && (*pairs[0])[0] == b && (*pairs[0])[1] == a;
  const bool reflexive = pairs.size() == 1 && a == b && (*pairs[0])[0] == a;
  const bool joined = pairs.size() == 2 && (*pairs[0])[0] == a &&
                      (*pairs[0])[1] == (*pairs[1])[0] && (*pairs[1])[1] == b;
  if (turned || reflexive || joined) return "";
  return "its premises do not give it by turning a pair round, joining two, or as that of one "
         "value";
}

std::string StepCheck::CheckAs(const Clause& clause, const FactLine& line) {
  Binding binding(clause.variables.size());
  for (const auto& [name, value] : line.where) {
    const std::optional<size_t> variable = FindWritten(clause, name);
    if (!variable.has_value()) return absl::StrCat("this way has no variable ", name);
    binding[*variable] = value;
  }
  const Fact& fact = export_.facts->fact(*line.fact);
  std::string problem = CheckPremises(clause, line, &binding);
  if (problem.empty()) problem = BindEqualities(clause, &binding);
  if (problem.empty()) problem = CheckHead(clause, fact, &binding);
  if (problem.empty()) problem = CheckConditions(clause, &binding);
  return problem;
}

std::string StepCheck::CheckPremises(const Clause& clause, const FactLine& line, Binding* binding) {
  if (line.from.size() != AtomsOf(clause)) {
    return absl::StrCat("the rule has ", AtomsOf(clause), " premises; the proof has ",
                        line.from.size());
  }
  size_t next = 0;
  for (const Literal& literal : clause.body) {
    if (literal.form != Literal::Form::kAtom) continue;
    const uint64_t number = line.from[next++];
    const std::optional<uint32_t> premise = export_.lines[number].fact;
    if (!premise.has_value()) return absl::StrCat("it rests on fact ", number, ", which is none");
    const Fact& fact = export_.facts->fact(*premise);
    if (fact.relation != literal.atom.relation) {
      return absl::StrCat("premise ", next, " is ", FactText(*premise), "; the rule has ",
                          literal.text, " there");
    }
    const absl::StatusOr<bool> matches = matcher_.MatchFact(literal.atom, fact.values, binding);
    if (!matches.ok()) return Text(matches.status());
    if (!*matches) {
      return absl::StrCat("premise ", next, ", ", FactText(*premise), ", does not match ",
                          literal.text, ValuesText(clause, literal, *binding));
    }
  }
  return "";
}

std::string StepCheck::BindEqualities(const Clause& clause, Binding* binding) {
  for (size_t round = 0; round < clause.body.size(); ++round) {
    for (const Literal& literal : clause.body) {
      if (literal.form != Literal::Form::kComparison || literal.comparison != "=") continue;
      for (const size_t side : {0, 1}) {
        std::string problem = BindSide(literal, side, binding);
        if (!problem.empty()) return problem;
      }
    }
  }
  return "";
}

std::string StepCheck::BindSide(const Literal& literal, size_t side, Binding* binding) {
  const Term& known = literal.sides[side];
  const Term& open = literal.sides[1 - side];
  const bool pattern = open.form == Term::Form::kVariable || open.form == Term::Form::kRecord;
  const bool range = known.form == Term::Form::kCall && known.name == "range";
  if (!pattern || range || Matcher::IsBound(open, *binding) || !Matcher::IsBound(known, *binding)) {
    return "";
  }
  const absl::StatusOr<Value> value = matcher_.Evaluate(known, *binding);
  if (!value.ok()) return Text(value.status());
  const absl::StatusOr<bool> matches = matcher_.Match(open, *value, binding);
  if (!matches.ok()) return Text(matches.status());
  return *matches ? "" : absl::StrCat(literal.text, " does not hold");
}

std::string StepCheck::CheckHead(const Clause& clause, const Fact& fact, Binding* binding) {
  for (size_t i = 0; i < fact.values.size(); ++i) {
    const Term& argument = clause.head.arguments[i];
    const Column& column = export_.rules.relations[fact.relation].columns[i];
    if (argument.form == Term::Form::kVariable && !(*binding)[argument.variable].has_value()) {
      (*binding)[argument.variable] = fact.values[i];
    }
    if (!Matcher::IsBound(argument, *binding)) {
      return absl::StrCat("the proof gives no value to what the rule has in column ", column.name);
    }
    const absl::StatusOr<bool> agrees = matcher_.Agrees(argument, fact.values[i], *binding);
    if (!agrees.ok()) return Text(agrees.status());
    if (*agrees) continue;
    const absl::StatusOr<Value> value = matcher_.Evaluate(argument, *binding);
    const auto text = [&](Value of) {
      return ToText(of, argument.kind, argument.type, export_.rules, export_.values);
    };
    return absl::StrCat("the rule gives ", text(*value), " in column ", column.name,
                        ", and the fact has ", text(fact.values[i]));
  }
  return "";
}

std::string StepCheck::CheckConditions(const Clause& clause, Binding* binding) {
  for (const Literal& literal : clause.body) {
    if (literal.form == Literal::Form::kAtom) continue;
    std::string problem = CheckCondition(clause, literal, *binding);
    if (!problem.empty()) return problem;
  }
  return "";
}

std::string StepCheck::CheckCondition(const Clause& clause, const Literal& literal,
                                      const Binding& binding) {
  std::set<uint32_t> variables;
  for (const Term& term : literal.atom.arguments) AddVariables(term, &variables);
  for (const Term& term : literal.sides) AddVariables(term, &variables);
  for (const uint32_t variable : variables) {
    if (binding[variable].has_value()) continue;
    return absl::StrCat("the proof gives no value to ", clause.variables[variable], " in ",
                        literal.text);
  }
  if (literal.form == Literal::Form::kNegation) {
    const absl::StatusOr<std::optional<uint32_t>> match = matcher_.FindMatch(literal.atom, binding);
    if (!match.ok()) return Text(match.status());
    if (!match->has_value()) return "";
    return absl::StrCat("the rule wants ", literal.text, ", but ", FactText(**match), " is there");
  }
  const absl::StatusOr<bool> holds = matcher_.Holds(literal, binding);
  if (!holds.ok()) return absl::StrCat(literal.text, ": ", Text(holds.status()));
  if (*holds) return "";
  return absl::StrCat(literal.text, " does not hold", ValuesText(clause, literal, binding));
}

std::string StepCheck::FactText(uint32_t fact) const {
  return ToText(export_.facts->fact(fact), export_.rules, export_.values);
}

std::string StepCheck::ValuesText(const Clause& clause, const Literal& literal,
                                  const Binding& binding) const {
  std::set<uint32_t> variables;
  for (const Term& term : literal.atom.arguments) AddVariables(term, &variables);
  for (const Term& term : literal.sides) AddVariables(term, &variables);
  std::vector<std::string> texts;
  for (const uint32_t variable : variables) {
    if (!binding[variable].has_value()) continue;
    texts.push_back(absl::StrCat(clause.variables[variable], " = ",
                                 ToText(*binding[variable], clause.kinds[variable],
                                        clause.types[variable], export_.rules, export_.values)));
  }
  return texts.empty() ? "" : absl::StrCat(" where ", absl::StrJoin(texts, ", "));
}

}  // namespace cartograph::verify
