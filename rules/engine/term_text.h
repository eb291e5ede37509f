// Literals as text, with values put in for their variables.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/analysis/program.h"

namespace cartograph::rules {

// Writes parts of one rule for given values of its variables.
class TermWriter {
 public:
  // `values`: by variable; variables without a value are written by name. Both must outlive the
  // writer.
  TermWriter(const Program& program, const Interning& interning, const Rule& rule,
             const std::vector<std::optional<Value>>& values);

  // `5 < 7`, `n = 3`, `match("a.*", "abc")`.
  std::string Constraint(const Literal& literal) const;
  // `3 = count : { evidence(e, "therapies/x") }`.
  std::string AggregateText(const Aggregate& aggregate) const;
  // `2 = range(0, 5)`.
  std::string Range(const Literal& literal) const;
  // Any literal; `!` before a negated atom.
  std::string LiteralText(const Literal& literal) const;
  // The value of `variable` as rule text writes it. REQUIRES: it has one.
  std::string VariableText(uint32_t variable) const;

 private:
  std::string Text(const Term& term) const;
  std::string CallText(const Term& term) const;
  std::string List(const std::vector<Term>& terms) const;
  std::string ValueText(Value value, ValueKind kind, std::optional<TypeId> type) const;
  void FindTypes(const std::vector<Literal>& body);
  void FindTypes(const Atom& atom);

  const Program& program_;
  const Interning& interning_;
  const Rule& rule_;
  const std::vector<std::optional<Value>>& values_;
  std::vector<std::optional<TypeId>> types_;  // by variable: of a column that it stands in
};

}  // namespace cartograph::rules
