#include "kb/did_you_mean.h"

#include "absl/strings/str_cat.h"
#include "rules/syntax/nearest.h"

namespace cartograph::kb {

std::string DidYouMean(absl::string_view name, const std::vector<std::string>& known) {
  const std::string nearest = rules::NearestName(name, known);
  return nearest.empty() ? "" : absl::StrCat("; did you mean \"", nearest, "\"?");
}

}  // namespace cartograph::kb
