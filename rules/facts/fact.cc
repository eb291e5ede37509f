#include "rules/facts/fact.h"

#include "absl/strings/str_cat.h"
#include "rules/facts/value_text.h"

namespace cartograph::rules {

std::string ToText(Value value, TypeId type, const Program& program, const Interning& interning) {
  std::string out;
  AppendText(value, type, program, interning, TextStyle::kRule, &out);
  return out;
}

std::string ToText(const Fact& fact, const Program& program, const Interning& interning) {
  const Predicate& predicate = program.predicate(fact.predicate);
  std::string out = absl::StrCat(predicate.name, "(");
  for (size_t i = 0; i < fact.values.size(); ++i) {
    if (i > 0) absl::StrAppend(&out, ", ");
    AppendText(fact.values[i], predicate.columns[i].type, program, interning, TextStyle::kRule,
               &out);
  }
  absl::StrAppend(&out, ")");
  return out;
}

}  // namespace cartograph::rules
