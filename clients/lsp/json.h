// JSON of a peer that may send anything: reading it never throws.

#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace cartograph::lsp {

using Json = nlohmann::ordered_json;

// The member `key` of an object; null for anything else, and when there is none.
inline const Json& Member(const Json& json, const char* key) {
  static const Json kNull;
  if (!json.is_object()) return kNull;
  const auto at = json.find(key);
  return at == json.end() ? kNull : *at;
}

// The string that `json` is, else "".
inline std::string StringOf(const Json& json) {
  return json.is_string() ? json.get<std::string>() : std::string();
}

// The number that `json` is, else 0; negative ones are 0, and larger ones than fit the largest.
inline uint32_t NumberOf(const Json& json) {
  if (!json.is_number_integer()) return 0;
  if (!json.is_number_unsigned() && json.get<int64_t>() < 0) return 0;
  const auto number = json.get<uint64_t>();
  return number > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(number);
}

inline std::string Dump(const Json& json) {
  return json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace cartograph::lsp
