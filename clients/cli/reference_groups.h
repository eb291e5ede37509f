// An order in which entities can be written: what is referred to, no later than what refers to it.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "clients/cli/entity_files.h"
#include "google/protobuf/message.h"

namespace cartograph::clients {

// The names that `message` refers to: the values of all fields that the annotations of the protos
// declare as references.
std::vector<std::string> ReferencesOf(const google::protobuf::Message& message);

// The entities, by index, in groups: those of a group refer to each other in a circle and can only
// be written together, and no group refers to a later one. References to entities that are not
// among them play no part. Groups and their members come in an order that depends on the entities
// alone.
//
// Cost: linear in entities and references.
std::vector<std::vector<size_t>> ReferenceGroups(const std::vector<PlacedEntity>& entities);

}  // namespace cartograph::clients
