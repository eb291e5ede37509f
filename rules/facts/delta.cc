#include "rules/facts/delta.h"

#include <algorithm>
#include <iterator>

namespace cartograph::rules {
namespace {

void SortUnique(std::vector<Fact>* facts) {
  std::sort(facts->begin(), facts->end());
  facts->erase(std::unique(facts->begin(), facts->end()), facts->end());
}

}  // namespace

Delta Normalize(Delta delta) {
  SortUnique(&delta.removed);
  SortUnique(&delta.added);
  Delta result;
  std::set_difference(delta.removed.begin(), delta.removed.end(), delta.added.begin(),
                      delta.added.end(), std::back_inserter(result.removed));
  std::set_difference(delta.added.begin(), delta.added.end(), delta.removed.begin(),
                      delta.removed.end(), std::back_inserter(result.added));
  return result;
}

}  // namespace cartograph::rules
