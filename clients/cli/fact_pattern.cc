#include "clients/cli/fact_pattern.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/cli/relations.h"
#include "clients/cli/value_text.h"

namespace cartograph::clients {

absl::StatusOr<AtomText> AtomOf(const std::vector<std::string>& words) {
  if (LooksLikeAtom(words[0])) {
    return words.size() == 1 ? ParseAtom(words[0])
                             : absl::InvalidArgumentError(absl::StrCat(
                                   "one fact at a time: nothing may follow ", words[0]));
  }
  AtomText atom;
  atom.predicate = words[0];
  for (size_t i = 1; i < words.size(); ++i) {
    atom.arguments.push_back(ParseArgument(words[i], /*named=*/true));
  }
  return atom;
}

absl::StatusOr<Pattern> Resolve(const AtomText& atom, const v1::ReadOptions& read,
                                Session& session) {
  Pattern pattern;
  ASSIGN_OR_RETURN(pattern.predicate, FindPredicate(atom.predicate, read, session));
  auto bound = FiltersOf(atom.arguments, pattern.predicate.columns());
  if (!bound.ok()) {
    return absl::Status(bound.status().code(),
                        absl::StrCat(atom.predicate, ": ", bound.status().message()));
  }
  pattern.bound = *std::move(bound);
  return pattern;
}

std::string TextOf(const Pattern& pattern) {
  v1::ProofNode node;
  node.mutable_fact()->set_predicate(pattern.predicate.name());
  for (const v1::Column& column : pattern.predicate.columns()) {
    v1::Value* value = node.mutable_fact()->add_values();
    bool fixed = false;
    for (const v1::ColumnFilter& filter : pattern.bound) {
      if (filter.column() == column.name()) {
        *value = filter.value();
        fixed = true;
      }
    }
    node.add_fixed_columns(fixed);
  }
  return PatternText(node);
}

v1::Fact FactOf(const Pattern& pattern) {
  v1::Fact fact;
  fact.set_predicate(pattern.predicate.name());
  for (const v1::Column& column : pattern.predicate.columns()) {
    for (const v1::ColumnFilter& filter : pattern.bound) {
      if (filter.column() == column.name()) {
        *fact.add_values() = filter.value();
      }
    }
  }
  return fact;
}

absl::StatusOr<v1::ListFactsResponse> Matches(const Pattern& pattern, uint32_t facts_max,
                                              const v1::ReadOptions& read, Session& session) {
  v1::ListFactsRequest request;
  request.set_predicate(pattern.predicate.name());
  request.mutable_filters()->Add(pattern.bound.begin(), pattern.bound.end());
  request.set_page_size(facts_max);
  *request.mutable_read() = read;
  ASSIGN_OR_RETURN(Client * client, session.client());
  return client->Call(&v1::FactService::Stub::ListFacts, request);
}

}  // namespace cartograph::clients
