#include "rules/syntax/nearest.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"

namespace cartograph::rules {
namespace {

constexpr size_t kNameBytesMax =
    64;  // longer names are not compared: the cost is the product of the lengths

// Twice the number of edits; letters that differ in case only cost one.
size_t ReplaceCost(char a, char b) {
  if (a == b) return 0;
  return absl::ascii_tolower(static_cast<unsigned char>(a)) ==
                 absl::ascii_tolower(static_cast<unsigned char>(b))
             ? 1
             : 2;
}

// Twice the optimal string alignment distance.
size_t Distance(absl::string_view a, absl::string_view b) {
  std::vector<std::vector<size_t>> cost(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) cost[i][0] = 2 * i;
  for (size_t j = 0; j <= b.size(); ++j) cost[0][j] = 2 * j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t best = std::min({cost[i - 1][j] + 2, cost[i][j - 1] + 2,
                              cost[i - 1][j - 1] + ReplaceCost(a[i - 1], b[j - 1])});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) best = std::min(best, cost[i - 2][j - 2] + 2);
      cost[i][j] = best;
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string NearestName(absl::string_view name, const std::vector<std::string>& known) {
  if (name.size() > kNameBytesMax) return "";
  std::string nearest;
  size_t best = 2 * std::max<size_t>(1, (name.size() + 1) / 3) + 1;
  for (const std::string& candidate : known) {
    size_t gap = std::max(candidate.size(), name.size()) - std::min(candidate.size(), name.size());
    if (candidate.size() > kNameBytesMax || 2 * gap >= best || candidate == name) continue;
    size_t distance = Distance(name, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace cartograph::rules
