// The objects of a JSON file, one after the other.

#pragma once

#include <istream>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "importers/record.h"
#include "nlohmann/json.hpp"

namespace cartograph::importers {

using Json = nlohmann::json;

// Cuts a file of JSON into its records: the elements of the array that it is, or of the array that
// stands in an answer of a service below "items", "data" or "studies" (in the object itself, or in
// its "message"); otherwise the object itself, or one after the other (JSON lines).
//
// It looks only at strings and brackets; whether a record is JSON shows when it is parsed. Where
// the brackets themselves are wrong, the rest of the file is one faulty record.
std::unique_ptr<RecordSplitter> SplitJson(std::istream* in);

// INVALID_ARGUMENT when it is not a JSON object.
absl::StatusOr<Json> ParseJsonObject(absl::string_view record);

// The text or number below `key`, as text; "" when there is none.
std::string TextOf(const Json& object, const char* key);
// What is below `key`; null when `object` has none or is no object.
const Json& At(const Json& object, const char* key);

}  // namespace cartograph::importers
