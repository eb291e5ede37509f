// AnnotationReader: descriptors in, EntityPlan out. The interpreter of
// proto/cartograph/v1/annotations.proto.

#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "kb/entity_plan.h"

namespace cartograph::kb {

// Errors: FAILED_PRECONDITION names the field and what is wrong with its annotation.
absl::StatusOr<std::unique_ptr<EntityPlan>> ReadAnnotations(
    const google::protobuf::Descriptor* entity);

}  // namespace cartograph::kb
