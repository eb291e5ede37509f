// The base relations as rule text: what every rule pack sees, and one .dl file for authors.

#pragma once

#include <string>

#include "kb/entity_plan.h"

namespace cartograph::kb {

// Types of the kinds, their union, the enums, then the relations, in the order of `plan`.
std::string PrintBaseSchema(const EntityPlan& plan);

// The symbol of an enum value: "car_t" for THERAPY_MODALITY_CAR_T. REQUIRES: its enum is a column
// type of `plan`.
std::string SymbolOf(const EntityPlan& plan, const google::protobuf::EnumValueDescriptor* value);

}  // namespace cartograph::kb
