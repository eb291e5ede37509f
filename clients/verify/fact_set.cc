#include "clients/verify/fact_set.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace cartograph::verify {

uint32_t FactSet::Add(Fact fact) {
  const auto next = static_cast<uint32_t>(facts_.size());
  const auto [at, added] = numbers_[fact.relation].emplace(fact.values, next);
  if (!added) {
    return at->second;
  }
  by_relation_[fact.relation].push_back(next);
  facts_.push_back(std::move(fact));
  return next;
}

std::optional<uint32_t> FactSet::Find(uint32_t relation, const Tuple& values) const {
  const auto at = numbers_[relation].find(values);
  return at == numbers_[relation].end() ? std::nullopt : std::optional(at->second);
}

const std::vector<uint32_t>& FactSet::Matching(uint32_t relation,
                                               const std::vector<uint32_t>& columns,
                                               const Tuple& key) {
  if (columns.empty()) {
    return by_relation_[relation];
  }
  const auto [index, fresh] = indexes_.try_emplace({relation, columns});
  if (fresh) {
    Tuple part(columns.size());
    for (const uint32_t number : by_relation_[relation]) {
      for (size_t i = 0; i < columns.size(); ++i) {
        part[i] = facts_[number].values[columns[i]];
      }
      index->second[part].push_back(number);
    }
  }
  static const auto& none = *new std::vector<uint32_t>();
  const auto at = index->second.find(key);
  return at == index->second.end() ? none : at->second;
}

std::string ToText(Value value, Kind kind, uint32_t type, const RuleSet& rules,
                   const Values& values) {
  switch (kind) {
    case Kind::kSymbol:
      return absl::StrCat("\"", absl::Utf8SafeCEscape(values.Text(value)), "\"");
    case Kind::kNumber:
      return absl::StrCat(Signed(value));
    case Kind::kUnsigned:
      return absl::StrCat(value);
    case Kind::kFloat:
      return absl::StrCat(AsFloat(value));
    case Kind::kRecord:
      break;
  }
  if (value == 0) {
    return "nil";
  }
  const Type& of = rules.types[type];
  const std::vector<Value>& parts = values.Fields(value);
  const size_t first = of.algebraic ? 1 : 0;
  const Type::Branch& branch = of.branches[of.algebraic ? parts[0] : 0];
  std::vector<std::string> fields;
  for (size_t i = 0; i < branch.fields.size(); ++i) {
    const uint32_t field = branch.fields[i];
    fields.push_back(ToText(parts[first + i], rules.types[field].kind, field, rules, values));
  }
  const std::string text = absl::StrJoin(fields, ", ");
  return of.algebraic ? absl::StrCat("$", branch.name, "(", text, ")")
                      : absl::StrCat("[", text, "]");
}

std::string ToText(const Fact& fact, const RuleSet& rules, const Values& values) {
  const Relation& relation = rules.relations[fact.relation];
  std::vector<std::string> texts;
  for (size_t i = 0; i < fact.values.size(); ++i) {
    const uint32_t type = relation.columns[i].type;
    texts.push_back(ToText(fact.values[i], rules.types[type].kind, type, rules, values));
  }
  return absl::StrCat(relation.name, "(", absl::StrJoin(texts, ", "), ")");
}

}  // namespace cartograph::verify
