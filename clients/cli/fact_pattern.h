// A fact, or a pattern of facts, as a command line names it.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cartograph/v1/fact_service.pb.h"
#include "clients/cli/atom_argument.h"
#include "clients/cli/session.h"

namespace cartograph::clients {

struct Pattern {
  v1::PredicateInfo predicate;
  std::vector<v1::ColumnFilter> bound;

  bool is_fact() const { return bound.size() == static_cast<size_t>(predicate.columns_size()); }
};

// "studied_in cd19 sle", or one word that is an atom. REQUIRES: `words` are not empty.
absl::StatusOr<AtomText> AtomOf(const std::vector<std::string>& words);

// `atom` against the server's predicates. INVALID_ARGUMENT, naming predicate and column.
absl::StatusOr<Pattern> Resolve(const AtomText& atom, const v1::ReadOptions& read,
                                Session& session);

// The fact, or the pattern with `_` for the open columns, in the columns' order.
std::string TextOf(const Pattern& pattern);

// REQUIRES: pattern.is_fact().
v1::Fact FactOf(const Pattern& pattern);

// Facts that match, at most `facts_max`.
absl::StatusOr<v1::ListFactsResponse> Matches(const Pattern& pattern, uint32_t facts_max,
                                              const v1::ReadOptions& read, Session& session);

}  // namespace cartograph::clients
