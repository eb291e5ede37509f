#include "clients/cli/pattern_arguments.h"

#include <CLI/CLI.hpp>

#include "base/status.h"
#include "clients/cli/atom_argument.h"
#include "clients/cli/relations.h"

namespace cartograph::clients {

void PatternArguments::AddTo(CLI::App* command) {
  command->add_option("PREDICATE", predicate, "Facts of this predicate or question; all without");
  command->add_option("COLUMN=VALUE", filters, "Columns that are given");
}

absl::StatusOr<Patterns> PatternsOf(const PatternArguments& arguments, Session& session) {
  Patterns patterns;
  if (arguments.predicate.empty()) {
    return patterns;
  }
  ASSIGN_OR_RETURN(v1::PredicateInfo predicate, FindPredicate(arguments.predicate, {}, session));
  std::vector<ArgumentText> texts;
  for (const std::string& filter : arguments.filters) {
    texts.push_back(ParseArgument(filter, /*named=*/true));
  }
  ASSIGN_OR_RETURN(auto given, FiltersOf(texts, predicate.columns()));
  patterns.Add()->set_predicate(arguments.predicate);
  patterns[0].mutable_filters()->Add(given.begin(), given.end());
  return patterns;
}

}  // namespace cartograph::clients
