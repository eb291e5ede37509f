#include "kb/resource_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace cartograph::kb {
namespace {

constexpr size_t kIdBytesMax = 128;
constexpr size_t kCollectionBytesMax = 64;

bool IsIdCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '~' ||
         c == '-';
}

bool IsId(absl::string_view id) {
  return !id.empty() && id.size() <= kIdBytesMax &&
         absl::ascii_isalnum(static_cast<unsigned char>(id[0])) &&
         std::all_of(id.begin(), id.end(), IsIdCharacter);
}

}  // namespace

bool IsCollectionName(absl::string_view collection) {
  return !collection.empty() && collection.size() <= kCollectionBytesMax &&
         std::all_of(collection.begin(), collection.end(),
                     [](char c) { return absl::ascii_islower(static_cast<unsigned char>(c)); });
}

bool IsResourceName(absl::string_view name) {
  size_t slash = name.find('/');
  return slash != absl::string_view::npos && IsCollectionName(name.substr(0, slash)) &&
         IsId(name.substr(slash + 1));
}

absl::string_view CollectionOf(absl::string_view name) { return name.substr(0, name.find('/')); }

}  // namespace cartograph::kb
