// Entities in a few words, and as a list of fields.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cartograph/v1/entity.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"

namespace cartograph::clients {

// What a person calls it: the preferred name, or the first; a source's title or first identifier;
// an evidence's statement.
std::string EntityLabel(const v1::Entity& entity);
// What kind of thing it is, in a word of the rules: "car_t", "protein", "review", "studied_in"; ""
// where there are no kinds.
std::string EntityKindWord(const v1::Entity& entity);

// "2026-11-22 10:08:01", in UTC; "" when unset.
std::string TimeText(const google::protobuf::Timestamp& time);

// Every field that is set, as path and value, in order: {"disease.names[0].text", "lupus"}.
// Enumerators are in the words of the rules.
std::vector<std::pair<std::string, std::string>> FieldsOf(const google::protobuf::Message& message);

}  // namespace cartograph::clients
