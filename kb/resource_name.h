// Resource names: "therapies/cd19-car-t".

#pragma once

#include "absl/strings/string_view.h"

namespace cartograph::kb {

// Whether `name` is a collection, a slash and an id: name = collection "/" id; the collection is
// lower-case letters; the id has 1 to 128 of A-Z a-z 0-9 . _ ~ - and begins with a letter or digit.
bool IsResourceName(absl::string_view name);

// Whether `collection` is 1 to 64 lower-case letters.
bool IsCollectionName(absl::string_view collection);

// What stands before the first slash; all of `name` when there is none.
absl::string_view CollectionOf(absl::string_view name);

}  // namespace cartograph::kb
