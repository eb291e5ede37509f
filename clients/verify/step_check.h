// StepCheck: whether one rule application gives a fact.

#pragma once

#include <string>
#include <vector>

#include "clients/verify/export_reader.h"
#include "clients/verify/matcher.h"

namespace cartograph::verify {

// Checks proof steps against the text of the rules: a step must be an instance of the rule at the
// place that it names, with one value for each variable; premises match the rule's positive atoms
// one by one, negated atoms match no fact of the export, comparisons and functors come out true,
// and aggregates are taken again.
//
// Thread-safety: none.
class StepCheck {
 public:
  // Both outlive this.
  StepCheck(const Export* exported, Matcher* matcher) : export_(*exported), matcher_(*matcher) {}

  // What is wrong with the proof of `line`, or "". REQUIRES: it has a fact and a rule.
  std::string Check(const FactLine& line);

 private:
  // What is wrong with `line` as a step of an equivalence relation, or "".
  std::string CheckClosure(const FactLine& line);
  // What is wrong with `line` as an instance of `clause`, or "".
  std::string CheckAs(const Clause& clause, const FactLine& line);
  std::string CheckPremises(const Clause& clause, const FactLine& line, Binding* binding);
  std::string CheckConditions(const Clause& clause, Binding* binding);
  // Binds the head's variables that nothing else binds.
  std::string CheckHead(const Clause& clause, const Fact& fact, Binding* binding);
  // Binds what equalities say of variables that nothing else binds.
  std::string BindEqualities(const Clause& clause, Binding* binding);
  // The same of one equality, from its side `side` to the other.
  std::string BindSide(const Literal& literal, size_t side, Binding* binding);
  std::string CheckCondition(const Clause& clause, const Literal& literal, const Binding& binding);

  std::string FactText(uint32_t fact) const;
  // `a = 1, b = "x"`: the values of the variables of a literal.
  std::string ValuesText(const Clause& clause, const Literal& literal,
                         const Binding& binding) const;

  const Export& export_;
  Matcher& matcher_;
};

}  // namespace cartograph::verify
